/** The merge patch of an opportunity, in the field names of `Opportunity`. `OpportunityPatch` of edits/ checks it. */
import { Field, InputType, Int } from 'type-graphql';
import type { Stage } from '../../partner-central/model/record-types.js';
import type { OpportunityPatch as OpportunityPatchValues } from '../../edits/patch/opportunity-members.js';
import { OpportunityStageEnum } from '../opportunity/enums.js';
import { ContactInput, ExpectedCustomerSpendInput, NextStepsInput } from './opportunity-values.input.js';
import { list, part, text } from './patch-field.js';

type Values<Name extends keyof OpportunityPatchValues> = NonNullable<OpportunityPatchValues[Name]>;
type AccountValues = NonNullable<Values<'customer'>['account']>;

@InputType('AddressPatch', { description: 'Changes of a postal address.' })
class AddressPatch implements NonNullable<AccountValues['address']> {
  @Field(() => String, text('Street and number, at most 255 characters.'))
  readonly streetAddress?: string | null;

  @Field(() => String, text('City, at most 255 characters.'))
  readonly city?: string | null;

  @Field(() => String, text('State, province or region. In the United States, the name that AWS lists.'))
  readonly stateOrRegion?: string | null;

  @Field(() => String, text('Postal code, at most 20 characters.'))
  readonly postalCode?: string | null;

  @Field(() => String, text('Country as an ISO 3166-1 code of two letters, for example `US`.'))
  readonly countryCode?: string | null;
}

@InputType('CustomerAccountPatch', { description: 'Changes of the company of the customer.' })
class CustomerAccountPatch implements AccountValues {
  @Field(() => String, {
    nullable: true,
    description:
      'Name of the company, at most 120 characters. Omit it to leave it unchanged. AWS requires it, so null is refused.',
  })
  readonly companyName?: string | null;

  @Field(() => String, text('Industry, from a list of AWS, for example `Healthcare`.'))
  readonly industry?: string | null;

  @Field(() => String, text('Industry as free text, if `industry` is `Other`; at most 255 characters.'))
  readonly otherIndustry?: string | null;

  @Field(() => String, text('Web site of the company, 4 to 255 characters.'))
  readonly websiteUrl?: string | null;

  @Field(() => AddressPatch, part('Address of the company.'))
  readonly address?: AddressPatch | null;

  @Field(() => String, text('AWS account of the customer, 12 digits.'))
  readonly awsAccountId?: string | null;

  @Field(() => String, text('D-U-N-S number of the company, 9 digits.'))
  readonly duns?: string | null;
}

@InputType('OpportunityCustomerPatch', { description: 'Changes of the customer of an opportunity.' })
export class OpportunityCustomerPatch implements Values<'customer'> {
  @Field(() => CustomerAccountPatch, part('The company.'))
  readonly account?: CustomerAccountPatch | null;

  @Field(() => [ContactInput], list('Contacts at the company.'))
  readonly contacts?: readonly ContactInput[] | null;
}

@InputType('ContractDurationPatch', { description: 'Changes of the duration of a contract.' })
class ContractDurationPatch {
  @Field(() => String, {
    nullable: true,
    description: 'Unit of the duration. AWS knows `Months`. Omit it to leave it unchanged; null is refused.',
  })
  readonly term?: string | null;

  @Field(() => Int, {
    nullable: true,
    description: 'Number of units, 1 to 144. Omit it to leave it unchanged; null is refused.',
  })
  readonly value?: number | null;
}

@InputType('OpportunityProjectPatch', { description: 'Changes of the project of an opportunity.' })
export class OpportunityProjectPatch implements Values<'project'> {
  @Field(() => String, text('Title of the project, at most 255 characters.'))
  readonly title?: string | null;

  @Field(() => String, text('Problem of the customer that the project solves, 20 to 2,000 characters.'))
  readonly customerBusinessProblem?: string | null;

  @Field(() => String, text('Use case, from a list of AWS.'))
  readonly customerUseCase?: string | null;

  @Field(() => [String], list('Delivery models of the solution, from a list of AWS, for example `SaaS or PaaS`.'))
  readonly deliveryModels?: readonly string[] | null;

  @Field(() => [ExpectedCustomerSpendInput], list('Expected spend of the customer, at most 10 entries.'))
  readonly expectedCustomerSpend?: readonly ExpectedCustomerSpendInput[] | null;

  @Field(() => ContractDurationPatch, part('Expected duration of the contract.'))
  readonly expectedContractDuration?: ContractDurationPatch | null;

  @Field(() => [String], list('Sales activities so far, from a list of AWS, for example `Conducted POC / Demo`.'))
  readonly salesActivities?: readonly string[] | null;

  @Field(() => [String], list('Programs of the AWS Partner Network that take part in the sale.'))
  readonly apnPrograms?: readonly string[] | null;

  @Field(() => String, text('Main competitor, from a list of AWS.'))
  readonly competitorName?: string | null;

  @Field(() => String, text('Competitors as free text, if `competitorName` is `*Other`; at most 255 characters.'))
  readonly otherCompetitorNames?: string | null;

  @Field(() => String, text('Solution as free text, if no solution is associated; at most 255 characters.'))
  readonly otherSolutionDescription?: string | null;

  @Field(() => String, text('Id of the opportunity that precedes this one.'))
  readonly relatedOpportunityIdentifier?: string | null;

  @Field(() => String, text('Further comments, 1 to 255 characters.'))
  readonly additionalComments?: string | null;

  @Field(() => String, text('AWS partition of the workload, for example `aws-eusc`.'))
  readonly awsPartition?: string | null;
}

@InputType('OpportunityMarketingPatch', { description: 'Changes of the marketing that led to an opportunity.' })
export class OpportunityMarketingPatch implements Values<'marketing'> {
  @Field(() => String, text('Origin of the opportunity: `Marketing Activity` or `None`.'))
  readonly source?: string | null;

  @Field(() => String, text('Name of the campaign.'))
  readonly campaignName?: string | null;

  @Field(() => [String], list('Use cases that the campaign covered.'))
  readonly useCases?: readonly string[] | null;

  @Field(() => [String], list('Channels of the campaign, from a list of AWS, for example `Live Event`.'))
  readonly channels?: readonly string[] | null;

  @Field(() => String, text('`Yes` if AWS paid for the campaign, otherwise `No`.'))
  readonly awsFundingUsed?: string | null;
}

@InputType('MonetaryValuePatch', { description: 'Changes of an amount of money.' })
class MonetaryValuePatch {
  @Field(() => String, {
    nullable: true,
    description:
      'Amount as digits with at most two decimals, for example `1250.50`. Omit it to leave it unchanged; null is refused.',
  })
  readonly amount?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Currency as an ISO 4217 code of three letters, for example `USD`. Omit it to leave it unchanged; null is refused.',
  })
  readonly currencyCode?: string | null;
}

@InputType('SoftwareRevenuePatch', { description: "Changes of the partner's revenue from software." })
export class SoftwareRevenuePatch implements Values<'softwareRevenue'> {
  @Field(() => String, text('Payment model: `Contract`, `Pay-as-you-go` or `Subscription`.'))
  readonly deliveryModel?: string | null;

  @Field(() => MonetaryValuePatch, part('Amount of the revenue.'))
  readonly value?: MonetaryValuePatch | null;

  @Field(() => String, text('Start of the contract as `YYYY-MM-DD`.'))
  readonly effectiveDate?: string | null;

  @Field(() => String, text('End of the contract as `YYYY-MM-DD`.'))
  readonly expirationDate?: string | null;
}

@InputType('OpportunityLifeCyclePatch', {
  description: 'Changes of the progress of a sale. AWS alone sets the review status, and it stays as it is.',
})
export class OpportunityLifeCyclePatch implements Values<'lifeCycle'> {
  @Field(() => OpportunityStageEnum, text('Stage of the sale.'))
  readonly stage?: Stage | null;

  @Field(() => String, text('Reason for which the sale failed, from a list of AWS. AWS requires it for `CLOSED_LOST`.'))
  readonly closedLostReason?: string | null;

  @Field(() => String, text('Next steps of the sale, at most 255 characters.'))
  readonly nextSteps?: string | null;

  @Field(() => String, text('Expected closing date of the sale as `YYYY-MM-DD`.'))
  readonly targetCloseDate?: string | null;

  @Field(() => [NextStepsInput], list('Earlier next steps, at most 50.'))
  readonly nextStepsHistory?: readonly NextStepsInput[] | null;
}

@InputType('OpportunityPatch', {
  description:
    'Changes of an opportunity, as a JSON merge patch (RFC 7396) in the field names of `Opportunity`. An omitted field ' +
    'stays unchanged, null clears it, and a list replaces the whole list.',
})
export class OpportunityPatch implements OpportunityPatchValues {
  @Field(() => [String], list('Support that the partner needs from AWS, from a list of AWS.'))
  readonly primaryNeedsFromAws?: readonly string[] | null;

  @Field(() => String, text('`Yes` if the opportunity concerns national security, otherwise `No`.'))
  readonly nationalSecurity?: string | null;

  @Field(() => String, text("The partner's id of the opportunity, for example from its CRM; at most 64 characters."))
  readonly partnerOpportunityIdentifier?: string | null;

  @Field(() => OpportunityCustomerPatch, part('The customer.'))
  readonly customer?: OpportunityCustomerPatch | null;

  @Field(() => OpportunityProjectPatch, part('The project that the sale is for.'))
  readonly project?: OpportunityProjectPatch | null;

  @Field(() => String, text('Type of the sale: `Net New Business`, `Flat Renewal` or `Expansion`.'))
  readonly opportunityType?: string | null;

  @Field(() => OpportunityMarketingPatch, part('The marketing that led to the opportunity.'))
  readonly marketing?: OpportunityMarketingPatch | null;

  @Field(() => SoftwareRevenuePatch, part("The partner's revenue from software."))
  readonly softwareRevenue?: SoftwareRevenuePatch | null;

  @Field(() => OpportunityLifeCyclePatch, part('Progress of the sale.'))
  readonly lifeCycle?: OpportunityLifeCyclePatch | null;
}
