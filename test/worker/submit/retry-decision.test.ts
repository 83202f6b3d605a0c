import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { MINUTE } from '../../../src/runtime/clock.js';
import type { CallFailure } from '../../../src/partner-central/failure.js';
import { decideRetryAfterFailure, type Attempt } from '../../../src/worker/submit/retry-decision.js';

const REFUSED: CallFailure = {
  type: 'refused',
  code: 'VALIDATION_FAILED',
  awsCode: 'ValidationException',
  message: 'wrong',
  fieldErrors: [{ field: 'a', code: 'b', message: 'c' }],
};
const THROTTLED: CallFailure = {
  type: 'throttled',
  awsCode: 'ThrottlingException',
  message: 'Rate exceeded',
  retryAfterMs: null,
};
const UNAVAILABLE: CallFailure = { type: 'unavailable', awsCode: 'ECONNREFUSED', message: 'AWS cannot be called: no.' };
const UNKNOWN: CallFailure = { type: 'unknown', awsCode: 'ECONNRESET', message: 'The call failed with ECONNRESET' };
const FAILURES = { throttled: THROTTLED, unavailable: UNAVAILABLE, unknown: UNKNOWN };

const RETRY_MS = 10 * MINUTE;
const NOW = 1_000_000_000;
const first: Attempt = { count: 1, firstAt: NOW, mayHaveReachedBefore: false };
const last = (mayHaveReachedBefore: boolean): Attempt => ({ count: 7, firstAt: NOW - RETRY_MS, mayHaveReachedBefore });

describe('decideRetryAfterFailure', () => {
  test('a start that AWS refused is rejected or searched at once, after any number of attempts and any time', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 1, max: 100 }),
        fc.nat({ max: 2 * RETRY_MS }),
        fc.boolean(),
        (count, ageMs, mayHaveReachedBefore) => {
          const decision = decideRetryAfterFailure(
            REFUSED,
            { count, firstAt: NOW - ageMs, mayHaveReachedBefore },
            NOW,
            RETRY_MS,
            0.5,
          );
          const failure = {
            rawReasonCode: null,
            errorCode: 'VALIDATION_FAILED',
            awsCode: 'ValidationException',
            message: 'wrong',
            fieldErrors: REFUSED.fieldErrors,
          };
          expect(decision).toEqual({ type: mayHaveReachedBefore ? 'recover' : 'reject', failure });
        },
      ),
      { verbose: 1 },
    );
  });

  test.each([
    ['throttled', false, false, 0, 'AWS is throttling: Rate exceeded.'],
    ['throttled', true, true, 0, 'AWS is throttling: Rate exceeded.'],
    ['unavailable', false, false, 375, 'AWS cannot be called: no.'],
    ['unavailable', true, true, 375, 'AWS cannot be called: no.'],
    ['unknown', false, true, 375, 'The call failed with ECONNRESET.'],
    ['unknown', true, true, 375, 'The call failed with ECONNRESET.'],
  ] as const)(
    'a failed attempt (%s, may have reached AWS before: %p) is repeated (may have reached AWS: %p) after %d ms',
    (type, before, after, delay, message) => {
      const decision = decideRetryAfterFailure(
        FAILURES[type],
        { ...first, mayHaveReachedBefore: before },
        NOW,
        RETRY_MS,
        0.5,
      );
      expect(decision).toEqual({
        type: 'retry',
        dueAt: NOW + delay,
        mayHaveReached: after,
        message: `Not started yet after one attempt. ${message} The gateway tries again by itself.`,
      });
    },
  );

  test.each([
    ['throttled', false, 'reject', 'THROTTLED'],
    ['throttled', true, 'recover', 'UPSTREAM_FAILED'],
    ['unavailable', false, 'reject', 'UPSTREAM_FAILED'],
    ['unavailable', true, 'recover', 'UPSTREAM_FAILED'],
    ['unknown', false, 'recover', 'UPSTREAM_FAILED'],
    ['unknown', true, 'recover', 'UPSTREAM_FAILED'],
  ] as const)(
    'a failed attempt (%s, may have reached AWS before: %p) after the retry period leads to %s with %s',
    (type, before, decided, errorCode) => {
      const decision = decideRetryAfterFailure(FAILURES[type], last(before), NOW, RETRY_MS, 0.5);
      expect(decision).toMatchObject({
        type: decided,
        failure: { errorCode, awsCode: FAILURES[type].awsCode, rawReasonCode: null, fieldErrors: [] },
      });
      const message = 'failure' in decision ? decision.failure.message : '';
      expect(message).toContain('Given up after 7 attempts in 10 min.');
      expect(message).toContain(decided === 'reject' ? 'It has not reached AWS.' : 'It may have reached AWS');
      expect('failure' in decision && decision.failure.isUnsent).toBe(decided === 'reject' ? true : undefined);
    },
  );

  test('a start is sent again within the retry period, and never after it', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(THROTTLED, UNAVAILABLE, UNKNOWN),
        fc.nat({ max: 2 * RETRY_MS }),
        fc.boolean(),
        (failure, ageMs, mayHaveReachedBefore) => {
          const { type } = decideRetryAfterFailure(
            failure,
            { count: 3, firstAt: NOW - ageMs, mayHaveReachedBefore },
            NOW,
            RETRY_MS,
            0.5,
          );
          expect(type === 'retry').toBe(ageMs < RETRY_MS);
        },
      ),
      { verbose: 1 },
    );
  });

  test('a start that may have reached AWS never becomes one that has not', () => {
    fc.assert(
      fc.property(fc.constantFrom(THROTTLED, UNAVAILABLE, UNKNOWN), fc.nat({ max: 2 * RETRY_MS }), (failure, ageMs) => {
        const decision = decideRetryAfterFailure(
          failure,
          { count: 3, firstAt: NOW - ageMs, mayHaveReachedBefore: true },
          NOW,
          RETRY_MS,
          0.5,
        );
        if (decision.type === 'retry') expect(decision.mayHaveReached).toBe(true);
        else expect(decision.type).toBe('recover');
      }),
      { verbose: 1 },
    );
  });
});
