import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { Follow } from '../../src/transitions/log-stream.js';
import type { LoggedTransition } from '../../src/transitions/log.js';
import { Tail } from '../../src/transitions/recent-transitions.js';
import { bytesLeftByEach } from '../support/checks/heap.js';

const PAYLOAD = 'x'.repeat(10);

function row(position: number, taskId = 'a', payload = PAYLOAD): LoggedTransition {
  return { position, taskId, sequence: position, terminal: false, recordedAt: 0, payload };
}

function positions(rows: readonly LoggedTransition[] | null): number[] | null {
  return rows?.map(({ position }) => position) ?? null;
}

describe('the tail of the log', () => {
  test('holds what was read last, of one task or of all, after a position', () => {
    const tail = new Tail(4);
    tail.extend([row(5), row(6, 'b'), row(9)]);
    tail.extend([row(12, 'b')]);
    expect(tail.end).toBe(12);
    expect(positions(tail.after(null, 4, 16))).toEqual([5, 6, 9, 12]);
    expect(positions(tail.after(null, 6, 16))).toEqual([9, 12]);
    expect(positions(tail.after('b', 5, 16))).toEqual([6, 12]);
    expect(positions(tail.after('a', 9, 16))).toEqual([]);
    expect(positions(tail.after(null, 12, 16))).toEqual([]);
    expect(positions(tail.after(null, 4, 2))).toEqual([5, 6]);
  });

  test('says that it does not know what lies before it, also of a task that it has never seen', () => {
    const tail = new Tail(4);
    tail.extend([row(5)]);
    expect(tail.after(null, 3, 16)).toBeNull();
    expect(tail.after('never seen', 3, 16)).toBeNull();
    expect(tail.after('never seen', 4, 16)).toEqual([]);
  });

  test('forgets the oldest first, and from then on does not know what came after the position before the first it holds', () => {
    const tail = new Tail(0, 3 * PAYLOAD.length);
    tail.extend([row(2), row(4, 'b'), row(6), row(8, 'b')]);
    expect(tail.after(null, 1, 16)).toBeNull();
    expect(positions(tail.after(null, 2, 16))).toEqual([4, 6, 8]);
    expect(positions(tail.after('a', 2, 16))).toEqual([6]);
    tail.extend([row(9, 'a', 'y'.repeat(3 * PAYLOAD.length))]);
    expect(tail.after('b', 7, 16)).toBeNull();
    expect(positions(tail.after('b', 8, 16))).toEqual([]);
    expect(positions(tail.after(null, 8, 16))).toEqual([9]);
  });

  test('keeps nothing of a task when it has forgotten its transitions', async () => {
    const tail = new Tail(0, 10 * PAYLOAD.length);
    expect(await bytesLeftByEach((round) => tail.extend([row(round + 1, `task ${round}`)]))).toBeLessThan(20);
  });

  test('holds nothing of a page that is larger than its bound, and then knows of nothing before its end', () => {
    const tail = new Tail(0, PAYLOAD.length);
    tail.extend([row(1), row(2, 'a', PAYLOAD.repeat(2))]);
    expect(tail.after(null, 1, 16)).toBeNull();
    expect(tail.after(null, 2, 16)).toEqual([]);
  });
});

/** A log that commits, a hub that sees it later, a reader of one task or of all that takes when it likes, and reads of the log that take time. */
const STEPS = ['commit a', 'commit b', 'gap', 'see', 'take', 'answer'] as const;

describe('a reader over log and tail', () => {
  test.each([
    ['one task', 'a'],
    ['all tasks', null],
  ])(
    'of %s gets every transition once and in order, inside the tail, outside, and across its edge',
    async (_title, taskId) => {
      await fc.assert(
        fc.asyncProperty(
          fc.array(fc.constantFrom(...STEPS), { maxLength: 120 }),
          fc.integer({ min: 0, max: 5 }),
          async (steps, held) => {
            const log: LoggedTransition[] = [];
            const tail = new Tail(0, held * PAYLOAD.length);
            const answers: (() => void)[] = [];
            let position = 0;
            const wantedRow = (it: LoggedTransition) => taskId === null || it.taskId === taskId;
            const follow = new Follow<number>(
              {
                read(after, limit) {
                  const recent = tail.after(taskId, after, limit);
                  if (recent !== null) return recent;
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
              const before = tail.end;
              const page = log.filter((it) => it.position > before);
              tail.extend(page);
              if (page.some(wantedRow)) follow.wake(before);
            }
            const taken: Promise<IteratorResult<number, undefined>>[] = [];
            for (const step of steps) {
              if (step === 'commit a' || step === 'commit b') log.push(row((position += 1), step.slice(-1)));
              else if (step === 'gap') position += 1;
              else if (step === 'see') see();
              else if (step === 'take') taken.push(follow.next());
              else answers.shift()?.();
              await Promise.resolve();
            }
            see();
            const wanted = log.filter(wantedRow);
            while (taken.length < wanted.length) taken.push(follow.next());
            const seen: number[] = [];
            for (const next of taken.slice(0, wanted.length)) {
              let settled = false;
              void next.then(() => (settled = true));
              // A transition that was left out would never come.
              for (let turn = 0; !settled && turn < 1000; turn += 1) {
                answers.shift()?.();
                await Promise.resolve();
              }
              if (!settled) break;
              const result = await next;
              if (result.done !== true) seen.push(result.value);
            }
            expect(seen).toEqual(positions(wanted));
            await follow.return();
          },
        ),
        { verbose: 1, numRuns: 300 },
      );
    },
  );
});
