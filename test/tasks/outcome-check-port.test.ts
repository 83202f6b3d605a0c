import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { tryLook, type Look } from '../../src/tasks/outcome-check-port.js';
import { createStrictTelemetry, fromOpportunity, isSettled, takeUnexpected } from '../support/harness/task-harness.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

const DONE = { type: 'done', message: 'It is submitted.' } as const;
const never: Look = () => new Promise(() => undefined);

function looking(look: Look, signal = new AbortController().signal) {
  const clock = createManualClock();
  return { clock, looked: tryLook({ look, clock, telemetry: createStrictTelemetry() }, fromOpportunity(), signal) };
}

describe('a look', () => {
  test('is given what the start named, and gives what was seen', async () => {
    const asked: unknown[] = [];
    const { clock, looked } = looking(async (input) => {
      asked.push(input);
      return DONE;
    });
    expect(await looked).toBe(DONE);
    expect(asked).toEqual([fromOpportunity()]);
    await isSettled(looked);
    expect(clock.sleepers()).toBe(0);
  });

  test('that takes longer than 5 s sees nothing', async () => {
    const { clock, looked } = looking(never);
    await clock.advance(5 * SECOND - 1);
    expect(await isSettled(looked)).toBe(false);
    await clock.advance(1);
    expect(await looked).toBeNull();
  });

  test('ends with what it is made for', async () => {
    const ending = new AbortController();
    const { looked } = looking(never, ending.signal);
    ending.abort();
    expect(await looked).toBeNull();
  });

  test.each<[string, Look]>([
    ['rejects', () => Promise.reject(new Error('no network'))],
    [
      'throws',
      () => {
        throw new Error('no network');
      },
    ],
  ])('that %s sees nothing, and the operator hears of it', async (_, look) => {
    expect(await looking(look).looked).toBeNull();
    expect(takeUnexpected()).toEqual(['look: Error: no network']);
  });
});
