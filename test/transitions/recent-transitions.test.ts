import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { LogStream } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';
import { RecentTransitions } from '../../src/transitions/recent-transitions.js';
import { bytesLeftByEach } from '../support/checks/heap.js';

const PAYLOAD = 'x'.repeat(10);

function row(position: number, taskId = 'a', payload = PAYLOAD): LoggedTransition {
  return { position, taskId, sequence: position, terminal: false, recordedAt: 0, payload };
}

function positions(rows: readonly LoggedTransition[] | null): number[] | null {
  return rows?.map(({ position }) => position) ?? null;
}

describe('RecentTransitions', () => {
  test('the newest transitions after a position are returned, of one task or of all', () => {
    const recent = new RecentTransitions(4);
    recent.extend([row(5), row(6, 'b'), row(9)]);
    recent.extend([row(12, 'b')]);
    expect(recent.end).toBe(12);
    expect(positions(recent.after(null, 4, 16))).toEqual([5, 6, 9, 12]);
    expect(positions(recent.after(null, 6, 16))).toEqual([9, 12]);
    expect(positions(recent.after('b', 5, 16))).toEqual([6, 12]);
    expect(positions(recent.after('a', 9, 16))).toEqual([]);
    expect(positions(recent.after(null, 12, 16))).toEqual([]);
    expect(positions(recent.after(null, 4, 2))).toEqual([5, 6]);
  });

  test('null is returned for positions before the first, also for an unknown task', () => {
    const recent = new RecentTransitions(4);
    recent.extend([row(5)]);
    expect(recent.after(null, 3, 16)).toBeNull();
    expect(recent.after('never seen', 3, 16)).toBeNull();
    expect(recent.after('never seen', 4, 16)).toEqual([]);
  });

  test('the oldest transitions are dropped first, and positions before the first one left are then unknown', () => {
    const recent = new RecentTransitions(0, 3 * PAYLOAD.length);
    recent.extend([row(2), row(4, 'b'), row(6), row(8, 'b')]);
    expect(recent.after(null, 1, 16)).toBeNull();
    expect(positions(recent.after(null, 2, 16))).toEqual([4, 6, 8]);
    expect(positions(recent.after('a', 2, 16))).toEqual([6]);
    recent.extend([row(9, 'a', 'y'.repeat(3 * PAYLOAD.length))]);
    expect(recent.after('b', 7, 16)).toBeNull();
    expect(positions(recent.after('b', 8, 16))).toEqual([]);
    expect(positions(recent.after(null, 8, 16))).toEqual([9]);
  });

  test('a task whose transitions are dropped leaves nothing in memory', async () => {
    const recent = new RecentTransitions(0, 10 * PAYLOAD.length);
    expect(await bytesLeftByEach((round) => recent.extend([row(round + 1, `task ${round}`)]))).toBeLessThan(20);
  });

  test('a page larger than the bound is not held, and only its end is known then', () => {
    const recent = new RecentTransitions(0, PAYLOAD.length);
    recent.extend([row(1), row(2, 'a', PAYLOAD.repeat(2))]);
    expect(recent.after(null, 1, 16)).toBeNull();
    expect(recent.after(null, 2, 16)).toEqual([]);
  });
});

/**
 * The steps: commits to a log, a hub that reads it later, pulls of a subscriber, and answers of slow reads.
 */
const STEPS = ['commit a', 'commit b', 'gap', 'see', 'take', 'answer'] as const;

describe('LogStream over RecentTransitions', () => {
  test.each([
    ['one task', 'a'],
    ['all tasks', null],
  ])(
    'a stream of %s delivers every transition once and in order, in memory, before it, and across its edge',
    async (_title, taskId) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...STEPS), { maxLength: 120 }),
          fc.integer({ min: 0, max: 5 }),
          async (steps, held) => {
            const log: LoggedTransition[] = [];
            const recent = new RecentTransitions(0, held * PAYLOAD.length);
            const answers: (() => void)[] = [];
            let position = 0;
            const wantedRow = (it: LoggedTransition) => taskId === null || it.taskId === taskId;
            const stream = new LogStream<number>(
              {
                read(after, limit) {
                  const inMemory = recent.after(taskId, after, limit);
                  if (inMemory !== null) return inMemory;
                  const page = log.filter((it) => wantedRow(it) && it.position > after).slice(0, limit);
                  return new Promise((resolve) => answers.push(() => resolve(page)));
                },
                attach: () => {},
                detach: () => {},
                map: (it) => it.position,
                isLast: () => false,
              },
              0,
            );
            function see(): void {
              const before = recent.end;
              const page = log.filter((it) => it.position > before);
              recent.extend(page);
              if (page.some(wantedRow)) stream.wake(before);
            }
            const taken: Promise<IteratorResult<number, undefined>>[] = [];
            for (const step of steps) {
              if (step === 'commit a' || step === 'commit b') log.push(row((position += 1), step.slice(-1)));
              else if (step === 'gap') position += 1;
              else if (step === 'see') see();
              else if (step === 'take') taken.push(stream.next());
              else answers.shift()?.();
              await Promise.resolve();
            }
            see();
            const wanted = log.filter(wantedRow);
            while (taken.length < wanted.length) taken.push(stream.next());
            const seen: number[] = [];
            for (const next of taken.slice(0, wanted.length)) {
              let settled = false;
              void next.then(() => (settled = true));
              // A transition that is left out would never arrive.
              for (let turn = 0; !settled && turn < 1000; turn += 1) {
                answers.shift()?.();
                await Promise.resolve();
              }
              if (!settled) break;
              const result = await next;
              if (result.done !== true) seen.push(result.value);
            }
            expect(seen).toEqual(positions(wanted));
            await stream.return();
          },
        ),
        { verbose: 1, numRuns: 300 },
      );
    },
  );
});
