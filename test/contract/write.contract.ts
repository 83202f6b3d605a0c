/** What every database promises of a write. */
import { describe, expect, test } from '@jest/globals';
import { notifyOnCommit } from '../../src/db/database.js';
import { append, fromRow, readAllAfter, type LoggedTransition } from '../../src/transitions/log.js';
import { appendTransition, listenTo, positionsAfter } from '../support/harness/database-probes.js';
import type { Pair } from './database.contract.js';

export function writeContract(pair: () => Pair): void {
  describe('write', () => {
    test('is visible everywhere once it has resolved, and gives what its work gave', async () => {
      const { one, other } = pair();
      await expect(one.write((tx) => appendTransition(tx))).resolves.toBe(1);
      expect(await positionsAfter(0, other.sql)).toEqual([1]);
    });

    test('leaves nothing and wakes nobody when its work rejects', async () => {
      const { one, other } = pair();
      const heard = listenTo(other);
      const failing = one.write(async (tx) => {
        await appendTransition(tx);
        notifyOnCommit(tx, 'undone');
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await positionsAfter(0, other.sql)).toEqual([]);

      // Hints arrive in order, so after the next one there is nothing left that could still come.
      await one.write(async (tx) => notifyOnCommit(tx, 'next'));
      await heard.until((hints) => hints.includes('next'));
      expect(heard.hints).toEqual(['next']);
    });

    test('reaches every listener with each hint once, and only after the commit', async () => {
      const { one, other } = pair();
      const listening = [listenTo(one), listenTo(one), listenTo(other)];
      const seenOnHint: Promise<number[]>[] = [];
      other.listen(() => seenOnHint.push(positionsAfter(0, other.sql)));
      await one.write(async (tx) => {
        notifyOnCommit(tx, 'a');
        await appendTransition(tx);
        notifyOnCommit(tx, 'b');
        notifyOnCommit(tx, 'a');
        expect(listening.flatMap(({ hints }) => hints)).toEqual([]);
      });
      await one.write(async (tx) => notifyOnCommit(tx, 'last'));
      for (const heard of listening) {
        await heard.until((hints) => hints.includes('last'));
        expect(heard.hints).toEqual(['a', 'b', 'last']);
      }
      expect(await Promise.all(seenOnHint)).toEqual([[1], [1], [1]]);
    });

    test('tells its own process what it has appended to the log just as it can then be read, and nothing of what was undone', async () => {
      const { one, other } = pair();
      const [told, read]: [LoggedTransition[], Promise<LoggedTransition[]>[]] = [[], []];
      one.onLocalAppend((rows) => {
        told.push(...rows.map(fromRow));
        read.push(readAllAfter(other.sql, 0, 10));
      });
      const rows = ['{"text":"é \\u0000 𝄞"}', '{}'].map((payload, index) => ({
        position: index + 1,
        taskId: `${index}`,
        sequence: 1,
        terminal: index === 1,
        recordedAt: 1.8e12,
        payload,
      }));
      const undone = one.write(async (tx) => {
        await append(tx, rows);
        throw new Error('changed my mind');
      });
      await expect(undone).rejects.toThrow('changed my mind');
      const heard = listenTo(other);
      await one.write((tx) => append(tx, rows));
      await heard.until((hints) => hints.length > 0);
      expect(told).toEqual(rows);
      expect(await Promise.all(read)).toEqual([rows]);
    });

    test('wakes listeners as well when it has more hints than are worth telling apart', async () => {
      const { one, other } = pair();
      const heard = listenTo(other);
      await one.write(async (tx) => {
        for (let hint = 0; hint < 1_000; hint += 1) notifyOnCommit(tx, `hint ${hint}`);
      });
      await heard.until((hints) => hints.includes(null) || hints.length === 1_000);
    });
  });

  describe('the statements of a write', () => {
    const transition = (position: number) => ({
      position,
      task_id: `task ${position}`,
      sequence: 1,
      terminal: 0,
      recorded_at: 0,
      facts: '{}',
    });

    test('run in the order in which they were made, also when nobody waits for the first', async () => {
      const { one } = pair();
      const seen = await one.write(async (tx) => {
        const made = Array.from({ length: 20 }, async (_, index) => {
          await tx
            .insertInto('transitions')
            .values(transition(index + 1))
            .execute();
          return (await positionsAfter(0, tx)).length;
        });
        const [inserted] = await Promise.all([
          tx
            .insertInto('transitions')
            .values(transition(21))
            .execute()
            .then(() => positionsAfter(0, tx)),
          ...made,
        ]);
        return inserted;
      });
      expect(seen).toEqual(upTo(21));
    });

    test('leave nothing when one of those that were made together fails', async () => {
      const { one, other } = pair();
      const failing = one.write((tx) =>
        Promise.all(
          [1, 2, 2, 3].map((position) => tx.insertInto('transitions').values(transition(position)).execute()),
        ),
      );
      await expect(failing).rejects.toThrow(/unique|duplicate/i);
      expect(await positionsAfter(0, other.sql)).toEqual([]);
      await expect(one.write((tx) => appendTransition(tx))).resolves.toBe(1);
    });

    test('leave nothing when the work rejects in the same breath as it has made them', async () => {
      const { one, other } = pair();
      const failing = one.write(async (tx) => {
        tx.insertInto('transitions')
          .values(transition(1))
          .execute()
          .catch(() => {});
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      // Whatever came too late would be there now.
      await other.write(async () => undefined);
      expect(await positionsAfter(0, other.sql)).toEqual([]);
    });

    test('are refused after its end, when the connection may be in the middle of another', async () => {
      const { one } = pair();
      const kept = await one.write(async (tx) => ({ tx }));
      await one.write(async (tx) => {
        await expect(kept.tx.insertInto('transitions').values(transition(7)).execute()).rejects.toThrow(
          'after the end of its write',
        );
        await appendTransition(tx);
      });
      expect(await positionsAfter(0, one.sql)).toEqual([1]);
    });
  });
}

function upTo(count: number): number[] {
  return Array.from({ length: count }, (_, index) => index + 1);
}
