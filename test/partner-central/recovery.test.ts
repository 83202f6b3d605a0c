import { describe, expect, test } from '@jest/globals';
import { ReasonCode } from '@aws-sdk/client-partnercentral-selling';
import {
  ERROR_RECOVERY,
  FAILURE_CATEGORIES,
  REASON_RECOVERY,
  UNKNOWN_RECOVERY,
  UNSENT_RECOVERY,
  adviceText,
  isReasonCode,
  withoutRetry,
  type FailureCategory,
} from '../../src/partner-central/recovery.js';

const REASONS = Object.entries(REASON_RECOVERY);
const ALL = [
  ...REASONS,
  ...Object.entries(ERROR_RECOVERY),
  ['an unknown reason', UNKNOWN_RECOVERY] as const,
  ['a start that was never sent', UNSENT_RECOVERY] as const,
];

/** The groups of the reference, section 3.6, by the ends of the names. */
function groupOf(reason: string): FailureCategory {
  if (reason.endsWith('AccessDenied')) return 'PERMISSION';
  if (/(ValidationFailed|SubmissionFailed|NotPermitted)$/.test(reason) || reason === 'ContextNotFound')
    return 'FIX_AND_RESUBMIT';
  if (reason.endsWith('Conflict')) return 'LOOK_BEFORE_RETRY';
  if (reason === 'InternalError' || reason === 'RequestThrottled') return 'WAIT_AND_RETRY';
  return reason === 'ServiceQuotaExceeded' ? 'LIMIT' : 'UNKNOWN';
}

describe('the recovery of a failure', () => {
  test("the table has exactly the SDK's reason codes", () => {
    expect(REASONS.map(([reason]) => reason).sort()).toEqual(Object.values(ReasonCode).sort());
  });

  test.each(REASONS)('the category of %s follows from its name', (reason, { category }) => {
    expect(category).toBe(groupOf(reason));
  });

  test.each([
    ['VALIDATION_FAILED', 'OpportunityValidationFailed'],
    ['ACCESS_DENIED', 'OpportunityAccessDenied'],
    ['CONFLICT', 'OpportunityConflict'],
    ['NOT_FOUND', 'ContextNotFound'],
    ['QUOTA_EXCEEDED', 'ServiceQuotaExceeded'],
    ['THROTTLED', 'RequestThrottled'],
  ] as const)('a start refused with %s calls for the same action as a task that failed with %s', (code, reason) => {
    expect(ERROR_RECOVERY[code].category).toBe(REASON_RECOVERY[reason].category);
  });

  test('an abandoned start that may have reached AWS calls for a look at AWS, unlike one that has not', () => {
    expect(ERROR_RECOVERY.UPSTREAM_FAILED.category).toBe('LOOK_BEFORE_RETRY');
    expect(UNSENT_RECOVERY.category).toBe('WAIT_AND_RETRY');
  });

  test.each(ALL)('the advice for %s is short and unique', (_, recovery) => {
    const { advice, category } = recovery;
    expect(advice).toMatch(/^[A-Z].{20,}\.$/);
    expect(adviceText(recovery).split(/[.:;] /).length).toBeLessThanOrEqual(4);
    expect(ALL.filter(([, other]) => other.advice === advice)).toHaveLength(1);
    expect(FAILURE_CATEGORIES).toContain(category);
  });

  test.each(ALL)('the last sentence of the advice for %s is its next step', (_, recovery) => {
    const text = adviceText(recovery);
    expect(text.startsWith(recovery.advice)).toBe(true);
    expect(/[Rr]etry\.$/.test(text)).toBe(recovery.nextStep.startsWith('RETRY'));
    expect(text.endsWith('make a new start.')).toBe(recovery.nextStep === 'NEW_START');
    expect(recovery.advice).not.toMatch(/start again|retry|new start/i);
    expect(adviceText(withoutRetry(recovery))).toMatch(/make a new start\.$/);
  });

  test.each(ALL)('%s is retryable exactly if the input need not change', (_, { category, retryable }) => {
    expect(retryable).toBe(category !== 'FIX_AND_RESUBMIT' && category !== 'UNKNOWN');
  });

  test.each(ALL)('%s has an outcome check exactly if AWS saw a conflict', (code, { hasOutcomeCheck }) => {
    expect(hasOutcomeCheck).toBe(/conflict$/i.test(code));
  });

  test('a start that never reached AWS has the advice to wait, without an outcome check', () => {
    expect(UNSENT_RECOVERY).toMatchObject({ category: 'WAIT_AND_RETRY', retryable: true, hasOutcomeCheck: false });
    expect(UNSENT_RECOVERY.advice).toContain('nothing was started');
  });

  test.each([null, '', 'null', 'toString', '__proto__', 'internalerror', 'Nothing'])(
    'the text %j is not a reason code',
    (raw) => {
      expect(isReasonCode(raw)).toBe(false);
    },
  );
});
