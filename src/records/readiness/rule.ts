/** The type of a readiness check. The files beside this one have a table of rules for each kind of start. */

export type CheckOutcome = 'PASSED' | 'FAILED' | 'UNKNOWN';

/** The source of a rule: AWS's documentation, observation of the real service, or its error codes. */
export type CheckSource = 'DOCUMENTED' | 'OBSERVED' | 'INFERRED';

export type Check = {
  /** The name of the rule for programs, for example `SOLUTION_ASSOCIATED`. Rules may be added. */
  readonly rule: string;
  readonly outcome: CheckOutcome;
  /**
   * AWS's name of the member that the rule concerns, for example `Project.SalesActivities`; null if the rule concerns
   * several.
   */
  readonly field: string | null;
  /** The state and what would be right, in one or two sentences for people. Never contains a customer's data. */
  readonly message: string;
  readonly source: CheckSource;
  /** The document or the observation behind the rule. */
  readonly evidence: string;
};

export type Verdict = Pick<Check, 'outcome' | 'message'>;

/**
 * One precondition. The same facts always give the same verdict. A verdict is FAILED only if AWS documents the refusal
 * or was seen to refuse. Any other doubt is UNKNOWN, with advice.
 */
export type Rule<F> = Pick<Check, 'rule' | 'field' | 'source' | 'evidence'> & { readonly check: (facts: F) => Verdict };

export const passed = (message: string): Verdict => ({ outcome: 'PASSED', message });
export const failed = (message: string): Verdict => ({ outcome: 'FAILED', message });
export const unknown = (message: string): Verdict => ({ outcome: 'UNKNOWN', message });

/** All checks, in the order of the table. */
export function checksOf<F>(rules: readonly Rule<F>[], facts: F): Check[] {
  return rules.map(({ rule, field, source, evidence, check }) => ({ rule, field, source, evidence, ...check(facts) }));
}
