/** The contract of a write on every database. */
import { describe, expect, test } from '@jest/globals';
import { notifyOnCommit } from '../../src/db/database.js';
import { append, fromRow, readAllAfter, type LoggedTransition } from '../../src/transitions/log.js';
import { appendTransition, listenTo, positionsAfter } from '../support/database/database-probes.js';
import type { Pair } from './database.contract.js';

export function writeContract(pair: () => Pair): void {
  describe('write', () => {
    test('a resolved write is visible everywhere and returns the result of its work', async () => {
      const { one, other } = pair();
      await expect(one.write((tx) => appendTransition(tx))).resolves.toBe(1);
      expect(await positionsAfter(0, other.sql)).toEqual([1]);
    });

    test('a write whose work rejects leaves nothing and wakes no listener', async () => {
      const { one, other } = pair();
      const heard = listenTo(other);
      const failing = one.write(async (tx) => {
        await appendTransition(tx);
        notifyOnCommit(tx, 'undone');
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      expect(await positionsAfter(0, other.sql)).toEqual([]);

      // Notifications arrive in order, so none is outstanding after the next one.
      await one.write(async (tx) => notifyOnCommit(tx, 'next'));
      await heard.until((payloads) => payloads.includes('next'));
      expect(heard.notifications).toEqual(['next']);
    });

    test('each notification reaches every listener once, and only after the commit', async () => {
      const { one, other } = pair();
      const listening = [listenTo(one), listenTo(one), listenTo(other)];
      const seenOnHint: Promise<number[]>[] = [];
      other.listen(() => seenOnHint.push(positionsAfter(0, other.sql)));
      await one.write(async (tx) => {
        notifyOnCommit(tx, 'a');
        await appendTransition(tx);
        notifyOnCommit(tx, 'b');
        notifyOnCommit(tx, 'a');
        expect(listening.flatMap(({ notifications }) => notifications)).toEqual([]);
      });
      await one.write(async (tx) => notifyOnCommit(tx, 'last'));
      for (const heard of listening) {
        await heard.until((payloads) => payloads.includes('last'));
        expect(heard.notifications).toEqual(['a', 'b', 'last']);
      }
      expect(await Promise.all(seenOnHint)).toEqual([[1], [1], [1]]);
    });

    test('a write reports its transitions to its own process as they are read later, and reports none after a rollback', async () => {
      const { one, other } = pair();
      const [reported, read]: [LoggedTransition[], Promise<LoggedTransition[]>[]] = [[], []];
      one.onLocalAppend((rows) => {
        reported.push(...rows.map(fromRow));
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
      await heard.until((payloads) => payloads.length > 0);
      expect(reported).toEqual(rows);
      expect(await Promise.all(read)).toEqual([rows]);
    });

    test('a write with very many notifications wakes listeners too', async () => {
      const { one, other } = pair();
      const heard = listenTo(other);
      await one.write(async (tx) => {
        for (let index = 0; index < 1_000; index += 1) notifyOnCommit(tx, `payload ${index}`);
      });
      await heard.until((payloads) => payloads.includes(null) || payloads.length === 1_000);
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

    test('statements run in the order in which they were made, even if none is awaited', async () => {
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

    test('statements made together leave nothing when one of them fails', async () => {
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

    test('statements leave nothing when the work rejects right after it has made them', async () => {
      const { one, other } = pair();
      const failing = one.write(async (tx) => {
        tx.insertInto('transitions')
          .values(transition(1))
          .execute()
          .catch(() => {});
        throw new Error('changed my mind');
      });
      await expect(failing).rejects.toThrow('changed my mind');
      // A late statement would have had its effect by now.
      await other.write(async () => undefined);
      expect(await positionsAfter(0, other.sql)).toEqual([]);
    });

    test('statements after the end of a write are refused, because the connection may serve another write', async () => {
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
