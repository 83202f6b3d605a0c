/**
 * Says for each field of an opportunity whether a partner can edit it in the present state, and on whose word. AWS's
 * documentation decides ("Working with opportunity updates", and the member ReviewStatus of the service model). AWS's
 * published list of fields (2024) adds what it leaves out. Pure.
 */
import type { OpportunitySummary } from '../partner-central/model/record-types.js';
import type { CheckSource } from './readiness/rule.js';

export type FieldEditability = {
  /** AWS's name, for example `Project.Title`. A list is one field. */
  readonly field: string;
  /** Null if it is not known. */
  readonly editable: boolean | null;
  readonly reason: string;
  readonly source: CheckSource;
};

type Answer = Omit<FieldEditability, 'field'>;

/** The answers for a field in the states in which fields differ. */
type Field = {
  readonly actionRequired: Answer;
  readonly approved: Answer;
  readonly launched: Answer;
};

const documented = (editable: boolean | null, reason: string): Answer => ({ editable, reason, source: 'DOCUMENTED' });
const observed = (editable: boolean | null, reason: string): Answer => ({ editable, reason, source: 'OBSERVED' });
const unknown = (reason: string): Answer => ({ editable: null, reason, source: 'INFERRED' });

const SET_BY_AWS = documented(
  false,
  'AWS sets this field. Send it back unchanged, because an update that leaves it out sets it to null.',
);
const DRAFT = documented(true, 'The opportunity is Pending Submission: every field can be edited.');
const SUBMITTED = documented(false, 'The opportunity is Submitted: nothing can be edited until AWS has reviewed it.');
const IN_REVIEW = documented(false, 'The opportunity is In Review: nothing can be edited until AWS has reviewed it.');
const REJECTED = documented(false, 'The opportunity is Rejected: nothing can be edited.');
const CLOSED_LOST = observed(false, 'The opportunity is Closed Lost: AWS has been seen to refuse every change.');
const NO_STATUS = unknown('The review status is not known, and it decides whether the field can be edited.');
const NO_STAGE = unknown('The stage is not known, and it decides whether the field can be edited.');

const OPEN_FOR_CORRECTION = documented(
  true,
  'The opportunity is Action Required: AWS has opened this field. An update sends the opportunity back to the review.',
);
const NOT_OPEN = documented(false, 'The opportunity is Action Required, and AWS has not opened this field.');
const NOT_OPEN_SEEN = observed(false, "The opportunity is Action Required, and AWS's list of fields locks this one.");
const NOT_LISTED = unknown('Neither the documentation nor the list of fields of AWS covers this field in this state.');

const EDITABLE = documented(
  true,
  'The opportunity is Approved: this field can be edited, unless a program restricts it.',
);
const EDITABLE_SEEN = observed(true, "The opportunity is Approved, and AWS's list of fields leaves this one open.");
const FIXED = documented(false, 'The opportunity is Approved, which fixes this field.');
const FIXED_SEEN = observed(false, "The opportunity is Approved, and AWS's list of fields locks this one.");
const DISPUTED = documented(
  null,
  "The opportunity is Approved. AWS's documentation says that this fixes the field, and its list of fields says not.",
);

const LAUNCHED = observed(false, "The opportunity is Launched, and AWS's list of fields locks this one.");
const LAUNCHED_ISV = observed(
  null,
  'The opportunity is Launched. Only partners with software (ISV) can edit this field.',
);
const LAUNCHED_PROGRAM = observed(null, 'The opportunity is Launched. Only special programs can edit this field.');

const OPEN: Field = { actionRequired: NOT_OPEN, approved: EDITABLE, launched: LAUNCHED };
const OPEN_ALWAYS: Field = { ...OPEN, actionRequired: OPEN_FOR_CORRECTION };
const FIXED_BY_APPROVAL: Field = { ...OPEN, approved: FIXED };
const CORRECTED_BEFORE_APPROVAL: Field = { ...OPEN_ALWAYS, approved: FIXED };
const UNLISTED: Field = { ...OPEN, launched: NOT_LISTED };
const OF_PROGRAMS: Field = { ...OPEN, launched: LAUNCHED_PROGRAM };
/** AWS changes these by operations of their own, which the documentation of updates does not cover. */
const ASSOCIATED: Field = { actionRequired: NOT_OPEN_SEEN, approved: EDITABLE_SEEN, launched: LAUNCHED };
const ASSOCIATED_UNLISTED: Field = { actionRequired: NOT_LISTED, approved: NOT_LISTED, launched: NOT_LISTED };

/** The members of UpdateOpportunity that a partner sets, then those that other operations change. */
const FIELDS: Readonly<Record<string, Field>> = {
  PrimaryNeedsFromAws: OPEN,
  NationalSecurity: { ...OPEN, approved: FIXED_SEEN },
  PartnerOpportunityIdentifier: { ...OPEN_ALWAYS, approved: DISPUTED },
  'Customer.Account.Industry': FIXED_BY_APPROVAL,
  'Customer.Account.OtherIndustry': { ...OPEN, approved: FIXED_SEEN },
  'Customer.Account.CompanyName': { ...OPEN, approved: FIXED_SEEN },
  'Customer.Account.WebsiteUrl': CORRECTED_BEFORE_APPROVAL,
  'Customer.Account.AwsAccountId': OPEN,
  'Customer.Account.Address.City': OPEN_ALWAYS,
  'Customer.Account.Address.PostalCode': CORRECTED_BEFORE_APPROVAL,
  'Customer.Account.Address.StateOrRegion': { ...OPEN_ALWAYS, approved: FIXED_SEEN },
  'Customer.Account.Address.CountryCode': CORRECTED_BEFORE_APPROVAL,
  'Customer.Account.Address.StreetAddress': OPEN_ALWAYS,
  'Customer.Account.Duns': OPEN,
  'Customer.Contacts': OPEN,
  'Project.DeliveryModels': { ...OPEN, launched: LAUNCHED_ISV },
  'Project.ExpectedCustomerSpend': OPEN_ALWAYS,
  'Project.ExpectedContractDuration': UNLISTED,
  'Project.Title': FIXED_BY_APPROVAL,
  'Project.ApnPrograms': OPEN,
  'Project.CustomerBusinessProblem': CORRECTED_BEFORE_APPROVAL,
  'Project.CustomerUseCase': OPEN,
  'Project.RelatedOpportunityIdentifier': OPEN,
  'Project.SalesActivities': OPEN,
  'Project.CompetitorName': OPEN,
  'Project.OtherCompetitorNames': OPEN,
  'Project.OtherSolutionDescription': OPEN,
  'Project.AdditionalComments': { ...OPEN, launched: LAUNCHED_ISV },
  'Project.AwsPartition': UNLISTED,
  OpportunityType: OPEN,
  'Marketing.CampaignName': OPEN,
  'Marketing.Source': OPEN,
  'Marketing.UseCases': OPEN,
  'Marketing.Channels': OPEN,
  'Marketing.AwsFundingUsed': OPEN,
  'SoftwareRevenue.DeliveryModel': OF_PROGRAMS,
  'SoftwareRevenue.Value': OF_PROGRAMS,
  'SoftwareRevenue.EffectiveDate': OF_PROGRAMS,
  'SoftwareRevenue.ExpirationDate': OF_PROGRAMS,
  'LifeCycle.Stage': OPEN,
  'LifeCycle.ClosedLostReason': OPEN,
  'LifeCycle.NextSteps': OPEN,
  'LifeCycle.TargetCloseDate': OPEN_ALWAYS,
  'LifeCycle.NextStepsHistory': UNLISTED,
  OpportunityTeam: ASSOCIATED,
  'RelatedEntityIdentifiers.Solutions': ASSOCIATED,
  'RelatedEntityIdentifiers.AwsProducts': ASSOCIATED,
  'RelatedEntityIdentifiers.AwsMarketplaceOffers': ASSOCIATED,
  'RelatedEntityIdentifiers.AwsMarketplaceOfferSets': ASSOCIATED_UNLISTED,
  'RelatedEntityIdentifiers.AwsMarketplaceSolutions': ASSOCIATED_UNLISTED,
  'RelatedEntityIdentifiers.AwsMarketplaceProducts': ASSOCIATED_UNLISTED,
};

const FIELDS_OF_AWS = ['LifeCycle.ReviewStatus', 'LifeCycle.ReviewComments', 'LifeCycle.ReviewStatusReason'];

/** One answer for each field, in the order of AWS's request. */
export function editabilityOf({ lifeCycle }: Pick<OpportunitySummary, 'lifeCycle'>): FieldEditability[] {
  const answer = answersIn(lifeCycle?.reviewStatus ?? null, lifeCycle?.stage ?? null);
  return [
    ...Object.entries(FIELDS).map(([field, answers]) => ({ field, ...answer(answers) })),
    ...FIELDS_OF_AWS.map((field) => ({ field, ...SET_BY_AWS })),
  ];
}

type ReviewStatus = NonNullable<OpportunitySummary['lifeCycle']>['reviewStatus'];
type Stage = NonNullable<OpportunitySummary['lifeCycle']>['stage'];

function answersIn(status: ReviewStatus, stage: Stage): (field: Field) => Answer {
  switch (status) {
    case 'PENDING_SUBMISSION':
      return () => DRAFT;
    case 'SUBMITTED':
      return () => SUBMITTED;
    case 'IN_REVIEW':
      return () => IN_REVIEW;
    case 'REJECTED':
      return () => REJECTED;
    case 'ACTION_REQUIRED':
      return ({ actionRequired }) => actionRequired;
    case 'APPROVED':
      return answersOfApproved(stage);
    case null:
      return () => NO_STATUS;
    default:
      return status satisfies never;
  }
}

function answersOfApproved(stage: Stage): (field: Field) => Answer {
  switch (stage) {
    case 'PROSPECT':
    case 'QUALIFIED':
    case 'TECHNICAL_VALIDATION':
    case 'BUSINESS_VALIDATION':
    case 'COMMITTED':
      return ({ approved }) => approved;
    case 'LAUNCHED':
      return ({ launched }) => launched;
    case 'CLOSED_LOST':
      return () => CLOSED_LOST;
    case null:
      // A field that no stage opens stays locked.
      return ({ approved, launched }) =>
        approved.editable === false && launched.editable === false ? approved : NO_STAGE;
    default:
      return stage satisfies never;
  }
}
