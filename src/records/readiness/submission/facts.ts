/** The facts that the rules of a submission judge, and the form of a rule for a required member. */
import { subjectFor } from '../../../partner-central/model/field-words.js';
import type { Opportunity } from '../../../partner-central/model/record-types.js';
import type { InvolvementType, Visibility } from '../../../partner-central/model/task-kind.js';
import { failed, passed, type Rule, type Verdict } from '../rule.js';
import type { Evidence } from '../evidence.js';
import type { ContextTypes } from './engagement-facts.js';

export type SubmissionFacts = {
  /** The submission of the start; null when it is not decided yet. */
  readonly submission: { readonly involvementType: InvolvementType; readonly visibility: Visibility | null } | null;
  /** The opportunity's engagements; null when they are not known. */
  readonly engagements: readonly ContextTypes[] | null;
};

export type Facts = SubmissionFacts & { readonly opportunity: Opportunity; readonly now: number };

type Member = string | readonly unknown[] | null | undefined;

/** A member that AWS requires for the submission, although an opportunity can be saved without it. */
export function required(options: {
  readonly rule: string;
  readonly field: string;
  readonly source: Evidence;
  readonly value: (opportunity: Opportunity) => Member;
  readonly advice: string;
  /** The verdict for an opportunity that does not need the member; null if it needs it. */
  readonly exception?: (facts: Facts) => Verdict | null;
}): Rule<Facts> {
  const { rule, field, source, value, advice, exception } = options;
  return {
    rule,
    field,
    ...source,
    check: (facts) => {
      if (isPresent(value(facts.opportunity))) return passed(`${subjectFor(field)} there.`);
      return exception?.(facts) ?? failed(`${subjectFor(field)} missing. ${advice}`);
    },
  };
}

export function isPresent(value: Member): boolean {
  return (value?.length ?? 0) > 0;
}

/** For AWS the customer of such an opportunity is a secret, so its answers may lack or mask the customer's members. */
export function isNationalSecurity({ nationalSecurity }: Opportunity): boolean {
  return nationalSecurity === 'Yes';
}
