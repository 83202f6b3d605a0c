/** What a start must meet to be sent at once, decided by both databases as `decidePermission` would. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { DAY, MINUTE, SECOND, systemClock } from '../../src/clock.js';
import type { Database, Tx } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { decidePermission, lockTotals, quotaUsage, spacingMs, takePermission } from '../../src/partner-central/quota.js';
import { acceptAlone } from '../../src/tasks/accept-alone.js';
import { attemptAtOnce, type AtOnce } from '../../src/tasks/attempt-at-once.js';
import type { NewStart, Offer } from '../../src/tasks/sender.js';
import type { Task } from '../../src/tasks/task.js';
import { createTelemetry } from '../../src/telemetry.js';
import { beginEpoch } from '../../src/transitions/log.js';
import { onBothDatabases } from '../support/both-databases.js';
import { closeLater, fromOpportunity } from '../support/core.js';
import { acceptStart } from '../support/record.js';

const telemetry = createTelemetry({ level: 'silent' });
const RATES = [0.5, 1, 7, 1000];
const aboutASpacing = (perSecond: number): number[] => [-1, 0, 1].map((more) => Math.ceil(spacingMs({ perSecond, perDay: 1 })) + more);
const LIMITS = { perSecond: 1, perDay: 5 };

function onDatabase(name: string, open: () => Promise<Database>): void {
  async function accepted() {
    const db = await open();
    closeLater(() => db.close());
    const epoch = await db.write(beginEpoch);
    await db.write((tx) => lockTotals(db, tx, 'writes'));
    const accept = async (clientToken: string) => (await acceptStart(db, telemetry, { subject: 'ann', input: fromOpportunity(), clientToken })).task;
    const task = await accept('a token');
    const attempt = (more: Partial<AtOnce> = {}, of: Task = task) => db.write((tx) => attemptAtOnce(tx, { id: of.id, epoch, limits: LIMITS, sending: [], ...more }));
    const calls = () => db.sql.selectFrom('quota_calls').select(['quota', 'id', 'taken_at']).orderBy('id').execute();
    return { db, epoch, task, accept, attempt, calls };
  }

  describe(`an attempt in the write that accepts its start, on ${name},`, () => {
    test('is noted with the task, and its permission is taken as of then', async () => {
      const { db, task, attempt, calls } = await accepted();
      expect(await attempt()).toBe(true);
      expect(await db.sql.selectFrom('tasks').select(['attempt_count', 'first_attempt_at', 'may_have_reached']).execute()).toEqual([
        { attempt_count: 1, first_attempt_at: task.createdAt, may_have_reached: 1 },
      ]);
      expect(await calls()).toEqual([{ quota: 'writes', id: 1, taken_at: task.createdAt }]);
      expect(await quotaUsage(db, 'writes', LIMITS)).toMatchObject({ remainingToday: 4 });
      expect(await db.write((tx) => takePermission(db, tx, 'writes', LIMITS))).toMatchObject({ type: 'wait', because: 'rate' });
    });

    test('is made exactly when the decision about a call allows one', async () => {
      const { db, task, attempt, calls } = await accepted();
      const now = task.createdAt;
      const someFacts = fc.record({
        perSecond: fc.constantFrom(...RATES),
        callCount: fc.integer({ min: 0, max: LIMITS.perDay }),
        latestAt: fc.oneof(fc.integer({ min: now - 3 * SECOND, max: now }), fc.constantFrom(...RATES.flatMap((perSecond) => aboutASpacing(perSecond).map((ms) => now - ms)))),
        blockedUntil: fc.constantFrom(0, now - 1, now, now + 1, now + MINUTE),
      });
      const seen = new Set<boolean>();
      await fc.assert(
        fc.asyncProperty(someFacts, async ({ perSecond, callCount, latestAt, blockedUntil }) => {
          await db.sql.updateTable('tasks').set({ attempt_count: 0 }).execute();
          await db.sql.deleteFrom('quota_calls').execute();
          await db.sql.deleteFrom('quota_totals').execute();
          await db.sql.insertInto('quota_totals').values({ quota: 'writes', last_id: callCount, call_count: callCount, blocked_until: blockedUntil }).execute();
          for (let id = 1; id <= callCount; id += 1) await db.sql.insertInto('quota_calls').values({ quota: 'writes', id, taken_at: latestAt - callCount + id }).execute();
          const limits = { ...LIMITS, perSecond };
          const facts = { callCount, blockedUntil, oldestAt: callCount === 0 ? null : latestAt - callCount + 1, latestAt: callCount === 0 ? null : latestAt };
          const isTaken = decidePermission(facts, limits, 0, now).type === 'taken';
          seen.add(isTaken);
          expect(await attempt({ limits })).toBe(isTaken);
          expect((await calls()).length).toBe(callCount + (isTaken ? 1 : 0));
          expect(await db.sql.selectFrom('quota_totals').select(['last_id', 'call_count']).execute()).toEqual([
            { last_id: callCount + (isTaken ? 1 : 0), call_count: callCount + (isTaken ? 1 : 0) },
          ]);
        }),
        { numRuns: 100, verbose: 1 },
      );
      expect(seen.size).toBe(2);
    });

    test('waits for another start that is due, but not for one that is being sent, is due later or is settled', async () => {
      const { db, accept, attempt } = await accepted();
      const second = await accept('a second token');
      expect(await attempt({}, second)).toBe(false);
      const dueLater = db.sql.updateTable('tasks').where('client_token', '=', 'a token');
      await dueLater.set({ due_at: second.createdAt }).execute();
      expect(await attempt({}, second)).toBe(false);
      await dueLater.set({ due_at: second.createdAt + 1 }).execute();
      expect(await attempt({}, second)).toBe(true);
      const third = await accept('a third token');
      const unlimited = { perSecond: 1_000_000, perDay: 1000 };
      await dueLater.set({ status: 'COMPLETE', due_at: null }).execute();
      await db.sql.updateTable('tasks').set({ created_at: second.createdAt + SECOND }).where('id', '=', third.id).execute();
      expect(await attempt({ limits: unlimited }, third)).toBe(false);
      expect(await attempt({ limits: unlimited, sending: [second.id] }, third)).toBe(true);
    });

    test('is none of a worker that no longer counts, nor of a start that was not stored', async () => {
      const { epoch, attempt, calls } = await accepted();
      expect(await attempt({ epoch: epoch - 1 })).toBe(false);
      expect(await attempt({ id: 'nobody' })).toBe(false);
      expect(await calls()).toEqual([]);
    });

    test('is refused where calls that no longer count fill the day, until somebody has looked closely', async () => {
      const { db, task, attempt } = await accepted();
      await db.sql.updateTable('quota_totals').set({ last_id: 5, call_count: 5 }).execute();
      for (let id = 1; id <= 5; id += 1) await db.sql.insertInto('quota_calls').values({ quota: 'writes', id, taken_at: task.createdAt - DAY - MINUTE }).execute();
      expect(await attempt()).toBe(false);
      expect(await quotaUsage(db, 'writes', LIMITS)).toMatchObject({ remainingToday: 5 });
      expect(await db.write((tx) => takePermission(db, tx, 'writes', LIMITS))).toEqual({ type: 'taken' });
    });
  });
}

const postgres = onBothDatabases(onDatabase);

describe('a start by itself that waits for another process, which holds the quota,', () => {
  /** Accepts a start, which waits until the other process has done what it does with the quota. */
  async function waiting(withQuota: (other: Database, tx: Tx) => Promise<unknown>) {
    const url = await postgres().createDatabase();
    const openIt = () => openDatabase({ databaseUrl: url, dataDir: '', clock: systemClock });
    const [ours, other] = [await openIt(), await openIt()];
    closeLater(() => Promise.all([ours.close(), other.close()]));
    const epoch = await ours.write(beginEpoch);
    let commit = (): void => {};
    const released = new Promise<void>((resolve) => (commit = resolve));
    let hold = (): void => {};
    const held = new Promise<void>((resolve) => (hold = resolve));
    const holding = other.write(async (tx) => {
      await withQuota(other, tx);
      hold();
      await released;
    });
    await held;
    const sent: Task[] = [];
    const offer = ({ task: { id } }: NewStart): Offer => ({
      lock: (tx) => lockTotals(ours, tx, 'writes'),
      attempt: (tx) => attemptAtOnce(tx, { id, epoch, limits: LIMITS, sending: [] }),
      async send(task) {
        sent.push(task);
        return null;
      },
      withdraw() {},
    });
    const accepting = acceptAlone(ours, { subject: 'ann', input: fromOpportunity(), clientToken: 'a token' }, { offer });
    const waiting = "select pid from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()";
    while ((await postgres().query(waiting, [], url)).length === 0);
    const releasedAt = await other.now();
    commit();
    await Promise.all([holding, accepting]);
    return { db: ours, sent, releasedAt };
  }

  test('is not sent at once when that has taken the permission', async () => {
    const { db, sent } = await waiting((other, tx) => takePermission(other, tx, 'writes', LIMITS));
    expect(sent).toEqual([]);
    expect(await db.sql.selectFrom('quota_calls').select('id').execute()).toHaveLength(1);
  });

  test('is sent as of after the wait when that has taken none, so that the next one is a spacing away', async () => {
    const { db, sent, releasedAt } = await waiting((other, tx) => lockTotals(other, tx, 'writes'));
    expect(sent).toHaveLength(1);
    const [call] = await db.sql.selectFrom('quota_calls').select('taken_at').execute();
    expect(call?.taken_at).toBe(sent[0]?.createdAt);
    expect(call?.taken_at).toBeGreaterThanOrEqual(releasedAt);
  });
});
