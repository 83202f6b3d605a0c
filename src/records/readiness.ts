/** What a check of a start's preconditions is. The rules are in the files beside this one, a table for each kind of start. */

export const CHECK_OUTCOMES = ['PASSED', 'FAILED', 'UNKNOWN'] as const;
export type CheckOutcome = (typeof CHECK_OUTCOMES)[number];

/** Where a rule comes from: AWS's documentation, what was seen of the real service, or what its error codes imply. */
export const CHECK_SOURCES = ['DOCUMENTED', 'OBSERVED', 'INFERRED'] as const;
export type CheckSource = (typeof CHECK_SOURCES)[number];

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
