/** The rules about the life cycle of the opportunity, and about the way it is submitted. */
import { DAY, MINUTE } from '../../../runtime/clock.js';
import { FIELD_LIST, PUBLISHED_RUN, REFUSED_SUBMISSIONS, guide, model } from '../evidence.js';
import { failed, passed, unknown, type Rule, type Verdict } from '../rule.js';
import { isPresent, type Facts } from './facts.js';

/** New records have stayed invisible for some seconds and more. */
const SETTLING_MS = MINUTE;

export const STATE_RULES: readonly Rule<Facts>[] = [
  {
    rule: 'REVIEW_STATUS_PRESENT',
    field: 'LifeCycle.ReviewStatus',
    ...REFUSED_SUBMISSIONS,
    check: reviewStatusPresent,
  },
  {
    rule: 'REVIEW_STATUS_PENDING',
    field: 'LifeCycle.ReviewStatus',
    ...guide('Working with your opportunities'),
    check: reviewStatusPending,
  },
  { rule: 'STAGE_QUALIFIED', field: 'LifeCycle.Stage', ...model('LifeCycle.Stage'), check: stageOpen },
  { rule: 'CLOSED_LOST_REASON_PRESENT', field: 'LifeCycle.ClosedLostReason', ...FIELD_LIST, check: closedLostReason },
  {
    rule: 'TARGET_CLOSE_DATE_IN_FUTURE',
    field: 'LifeCycle.TargetCloseDate',
    ...REFUSED_SUBMISSIONS,
    check: targetCloseDateInFuture,
  },
  {
    rule: 'PARTNER_OPPORTUNITY_IDENTIFIER_PRESENT',
    field: 'PartnerOpportunityIdentifier',
    ...PUBLISHED_RUN,
    check: partnerIdentifierPresent,
  },
];

export const INVOLVEMENT_RULES: readonly Rule<Facts>[] = [
  {
    rule: 'VISIBILITY_ALLOWED',
    field: 'AwsSubmission.Visibility',
    ...REFUSED_SUBMISSIONS,
    check: visibilityAllowed,
  },
  {
    rule: 'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
    field: 'Contexts',
    ...guide('Working with your leads'),
    check: engagementHasCustomerProject,
  },
  {
    rule: 'DUPLICATE_CUSTOMER',
    field: 'Customer.Account',
    ...REFUSED_SUBMISSIONS,
    check: () =>
      unknown(
        'AWS refuses a second opportunity for the same project of the same customer. Only AWS can tell, when it is ' +
          'submitted.',
      ),
  },
  { rule: 'RECENTLY_CREATED', field: 'CreatedDate', ...REFUSED_SUBMISSIONS, check: recentlyCreated },
];

/** Partners who left the identifier out saw no review status, until they added it. */
function reviewStatusPresent({ opportunity }: Facts): Verdict {
  if ((opportunity.lifeCycle?.reviewStatus ?? null) !== null) return passed('The opportunity has a review status.');
  if (!isPresent(opportunity.partnerOpportunityIdentifier))
    return failed(
      'The opportunity has no review status that is known here, and cannot be submitted. AWS gives the first one to an ' +
        'opportunity with an identifier of your own CRM: add it.',
    );
  return failed(
    'The opportunity has no review status that is known here. Without one it can never be submitted: an update that ' +
      'leaves the review status out removes it for good. Create a new opportunity.',
  );
}

/** AWS's refusal says: "Only Pending Submission or action required opportunities can be submitted". */
function reviewStatusPending({ opportunity }: Facts): Verdict {
  const status = opportunity.lifeCycle?.reviewStatus ?? null;
  switch (status) {
    case 'PENDING_SUBMISSION':
      return passed('The opportunity is Pending Submission.');
    case 'SUBMITTED':
      return failed(
        'The opportunity is Submitted already. Only an opportunity in Pending Submission can be submitted.',
      );
    case 'IN_REVIEW':
      return failed('The opportunity is In Review: it was submitted already. Wait for the result of the review.');
    case 'APPROVED':
      return failed('The opportunity is Approved; there is nothing to submit.');
    case 'REJECTED':
      return failed(
        'The opportunity is Rejected: it was submitted already. Only an opportunity in Pending Submission can be ' +
          'submitted.',
      );
    case 'ACTION_REQUIRED':
      return unknown(
        'The opportunity is Action Required: it was submitted already. Correct what AWS asks for, and AWS reviews it ' +
          'again. Its messages say that it can also be submitted again.',
      );
    case null:
      return unknown('The review status is not known. Only an opportunity in Pending Submission can be submitted.');
    default:
      return status satisfies never;
  }
}

/** The published run submitted an opportunity in the stage Prospect, in which every converted lead begins. */
function stageOpen({ opportunity }: Facts): Verdict {
  const stage = opportunity.lifeCycle?.stage ?? null;
  switch (stage) {
    case 'PROSPECT':
      return passed(
        'The stage is Prospect. AWS takes it, although its documentation asks for Qualified: move it on once the ' +
          'customer has agreed.',
      );
    case 'CLOSED_LOST':
      return failed('The opportunity is Closed Lost. A lost opportunity cannot be submitted for the first time.');
    case 'QUALIFIED':
    case 'TECHNICAL_VALIDATION':
    case 'BUSINESS_VALIDATION':
    case 'COMMITTED':
    case 'LAUNCHED':
      return passed('The stage is Qualified or later.');
    case null:
      return unknown('The stage is not known. Expected any stage but Closed Lost.');
    default:
      return stage satisfies never;
  }
}

function closedLostReason({ opportunity: { lifeCycle } }: Facts): Verdict {
  if (lifeCycle?.stage !== 'CLOSED_LOST') return passed('A reason is needed only in the stage Closed Lost.');
  return isPresent(lifeCycle.closedLostReason)
    ? passed('The reason of the loss is there.')
    : failed('The reason of the loss is missing. Say why the opportunity was lost.');
}

/** A date has no time of day, so it is compared in UTC. */
function targetCloseDateInFuture({ opportunity, now }: Facts): Verdict {
  const date = opportunity.lifeCycle?.targetCloseDate ?? null;
  if (date === null) return failed('The target close date is missing. Give a date after today.');
  if (!/^[0-9]{4}-[0-9]{2}-[0-9]{2}$/.test(date))
    return failed('The target close date is not a date. Expected year, month and day, for example 2027-01-31.');
  const today = Math.floor(now / DAY) * DAY;
  if (Date.parse(date) > today) return passed('The target close date is after today.');
  return failed('The target close date is not after today (UTC). Give a later date.');
}

/** The published run never set the identifier. AWS's field list requires it for updates only. */
function partnerIdentifierPresent({ opportunity }: Facts): Verdict {
  if (isPresent(opportunity.partnerOpportunityIdentifier)) return passed('The identifier of your own CRM is there.');
  return unknown(
    'The identifier of your own CRM is missing. AWS has taken submissions without it, and asks for it in updates. Give ' +
      'it.',
  );
}

function visibilityAllowed({ submission }: Facts): Verdict {
  if (submission === null)
    return unknown(
      'It depends on how the opportunity is submitted: Co-Sell cannot be combined with the visibility Limited.',
    );
  if (submission.involvementType === 'CO_SELL' && submission.visibility === 'LIMITED') {
    return failed(
      'Co-Sell cannot be combined with the visibility Limited. Choose Full, or the involvement For Visibility Only.',
    );
  }
  return passed('The visibility is allowed with the involvement.');
}

function engagementHasCustomerProject({ engagements }: Facts): Verdict {
  if (engagements === null)
    return unknown('The engagement is not known. An engagement that began as a lead needs a customer project.');
  if (engagements.length === 0)
    return passed('The opportunity has no engagement that could lack a customer project. The submission creates one.');
  const lacking = engagements.filter((types) => types.includes('LEAD') && !types.includes('CUSTOMER_PROJECT'));
  if (lacking.length === 0) return passed('The engagement has a customer project, or did not begin as a lead.');
  if (lacking.length === engagements.length)
    return failed('The engagement began as a lead and has no customer project. Convert the lead first.');
  return unknown(
    'One of several engagements began as a lead and has no customer project. Convert the lead if the submission is for ' +
      'that engagement.',
  );
}

function recentlyCreated({ opportunity, now }: Facts): Verdict {
  if (opportunity.createdAt === null)
    return unknown('It is not known when the opportunity was created. AWS may not find a new one at once.');
  if (now - opportunity.createdAt >= SETTLING_MS) return passed('The opportunity was created more than a minute ago.');
  return unknown(
    'The opportunity was created less than a minute ago, and AWS may not find it everywhere yet. If it is refused as ' +
      'not found, retry a minute later.',
  );
}
