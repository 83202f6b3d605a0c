/** What a check of a start's preconditions is. The rules are in the files beside this one, a table for each kind of start. */

export type CheckOutcome = 'PASSED' | 'FAILED' | 'UNKNOWN';

/** Where a rule comes from: AWS's documentation, what was seen of the real service, or what its error codes imply. */
export type CheckSource = 'DOCUMENTED' | 'OBSERVED' | 'INFERRED';

export type Check = {
  /** Names the rule to programs, for example `SOLUTION_ASSOCIATED`. Rules may be added. */
  readonly rule: string;
  readonly outcome: CheckOutcome;
  /** The member that the rule is about, as AWS names it, for example `Project.SalesActivities`; null when it is about no single one. */
  readonly field: string | null;
  /** What is so, and what would be right, in one or two sentences for people. Never a customer's data. */
  readonly message: string;
  readonly source: CheckSource;
};

export type Verdict = Pick<Check, 'outcome' | 'message'>;

/** One precondition: the same facts always have the same verdict. */
export type Rule<F> = Pick<Check, 'rule' | 'field' | 'source'> & { readonly check: (facts: F) => Verdict };

export const passed = (message: string): Verdict => ({ outcome: 'PASSED', message });
export const failed = (message: string): Verdict => ({ outcome: 'FAILED', message });
export const unknown = (message: string): Verdict => ({ outcome: 'UNKNOWN', message });

/** All checks, in the order of the table. */
export function checksOf<F>(rules: readonly Rule<F>[], facts: F): Check[] {
  return rules.map(({ rule, field, source, check }) => ({ rule, field, source, ...check(facts) }));
}
