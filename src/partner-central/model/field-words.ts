/**
 * The words that a seller knows for the fields of an opportunity. Texts for people use them, and AWS's names of the
 * members are for programs. The table has each field that a partner can set.
 */

type Words = {
  /** For example `the sales activities`. */
  readonly noun: string;
  readonly verb: 'is' | 'are';
};

const one = (noun: string): Words => ({ noun, verb: 'is' });
const many = (noun: string): Words => ({ noun, verb: 'are' });

const FIELD_WORDS: Readonly<Record<string, Words>> = {
  NationalSecurity: one('the answer on national security'),
  PrimaryNeedsFromAws: many('the primary needs from AWS'),
  PartnerOpportunityIdentifier: one('the identifier of your own CRM'),
  OpportunityType: one('the opportunity type'),
  OpportunityTeam: one('the opportunity team'),
  RelatedEntityIdentifiers: many('the solutions'),
  'RelatedEntityIdentifiers.Solutions': many('the solutions'),
  'RelatedEntityIdentifiers.AwsProducts': many('the AWS products'),
  'RelatedEntityIdentifiers.AwsMarketplaceOffers': many('the Marketplace offers'),
  'RelatedEntityIdentifiers.AwsMarketplaceOfferSets': many('the sets of Marketplace offers'),
  'RelatedEntityIdentifiers.AwsMarketplaceSolutions': many('the Marketplace solutions'),
  'RelatedEntityIdentifiers.AwsMarketplaceProducts': many('the Marketplace products'),
  'Customer.Contacts': many('the contacts of the customer'),
  'Customer.Account.AwsAccountId': one('the AWS account of the customer'),
  'Customer.Account.CompanyName': one('the company name of the customer'),
  'Customer.Account.Duns': one('the DUNS number of the customer'),
  'Customer.Account.Industry': one('the industry of the customer'),
  'Customer.Account.OtherIndustry': one('the description of the other industry'),
  'Customer.Account.WebsiteUrl': one('the website of the customer'),
  'Customer.Account.Address.City': one('the city of the customer'),
  'Customer.Account.Address.CountryCode': one('the country of the customer'),
  'Customer.Account.Address.PostalCode': one('the postal code of the customer'),
  'Customer.Account.Address.StateOrRegion': one('the state or region of the customer'),
  'Customer.Account.Address.StreetAddress': one('the street address of the customer'),
  'Project.AdditionalComments': many('the additional comments'),
  'Project.ApnPrograms': many('the partner programs'),
  'Project.AwsPartition': one('the AWS partition'),
  'Project.CompetitorName': one('the competitor'),
  'Project.CustomerBusinessProblem': one('the business problem of the customer'),
  'Project.CustomerUseCase': one('the use case of the customer'),
  'Project.DeliveryModels': many('the delivery models'),
  'Project.ExpectedContractDuration': one('the contract duration'),
  'Project.ExpectedCustomerSpend': one('the expected spend of the customer'),
  'Project.OtherCompetitorNames': many('the names of the other competitors'),
  'Project.OtherSolutionDescription': one('the description of the other solution'),
  'Project.RelatedOpportunityIdentifier': one('the related opportunity'),
  'Project.SalesActivities': many('the sales activities'),
  'Project.Title': one('the title of the project'),
  'Marketing.AwsFundingUsed': one('the answer on AWS funding'),
  'Marketing.CampaignName': one('the marketing campaign'),
  'Marketing.Channels': many('the marketing channels'),
  'Marketing.Source': one('the marketing source'),
  'Marketing.UseCases': many('the marketing use cases'),
  'SoftwareRevenue.DeliveryModel': one('the delivery model of the software'),
  'SoftwareRevenue.EffectiveDate': one('the first day of the software contract'),
  'SoftwareRevenue.ExpirationDate': one('the last day of the software contract'),
  'SoftwareRevenue.Value': one('the revenue of the software'),
  'LifeCycle.ClosedLostReason': one('the reason of the loss'),
  'LifeCycle.NextSteps': many('the next steps'),
  'LifeCycle.NextStepsHistory': one('the history of the next steps'),
  'LifeCycle.Stage': one('the stage'),
  'LifeCycle.TargetCloseDate': one('the target close date'),
};

/** @returns null for a field that the table does not have */
export function wordsFor(field: string): Words | null {
  return Object.hasOwn(FIELD_WORDS, field) ? (FIELD_WORDS[field] ?? null) : null;
}

/** For example `The sales activities are`. */
export function subjectFor(field: string): string {
  const { noun, verb } = wordsFor(field) ?? one('the value');
  return `${noun.charAt(0).toUpperCase()}${noun.slice(1)} ${verb}`;
}
