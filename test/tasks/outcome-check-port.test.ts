import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { tryOutcomeCheck, type OutcomeCheckPort } from '../../src/tasks/outcome-check-port.js';
import { createStrictTelemetry, fromOpportunity, isSettled, takeUnexpected } from '../support/harness/task-harness.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

const DONE = { type: 'done', message: 'It is submitted.' } as const;
const never: OutcomeCheckPort = () => new Promise(() => undefined);

function check(checkOutcome: OutcomeCheckPort, signal = new AbortController().signal) {
  const clock = createManualClock();
  const context = { checkOutcome, clock, telemetry: createStrictTelemetry() };
  return { clock, checked: tryOutcomeCheck(context, fromOpportunity(), signal) };
}

describe('tryOutcomeCheck', () => {
  test('an outcome check gets the input of the start, and its finding is returned', async () => {
    const asked: unknown[] = [];
    const { clock, checked } = check(async (input) => {
      asked.push(input);
      return DONE;
    });
    expect(await checked).toBe(DONE);
    expect(asked).toEqual([fromOpportunity()]);
    await isSettled(checked);
    expect(clock.sleepers()).toBe(0);
  });

  test('an outcome check that takes longer than 5 s returns null', async () => {
    const { clock, checked } = check(never);
    await clock.advance(5 * SECOND - 1);
    expect(await isSettled(checked)).toBe(false);
    await clock.advance(1);
    expect(await checked).toBeNull();
  });

  test('an outcome check returns null when its signal aborts', async () => {
    const ending = new AbortController();
    const { checked } = check(never, ending.signal);
    ending.abort();
    expect(await checked).toBeNull();
  });

  test.each<[string, OutcomeCheckPort]>([
    ['rejects', () => Promise.reject(new Error('no network'))],
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
  ])('an outcome check that %s returns null, and the error is logged', async (_, checkOutcome) => {
    expect(await check(checkOutcome).checked).toBeNull();
    expect(takeUnexpected()).toEqual(['look: Error: no network']);
  });
});
