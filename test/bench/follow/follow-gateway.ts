/** Runs the gateway's own poller with its own statements on simulated tasks. Only AWS and the clock are fakes. */
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import type { QuotaLimits } from '../../../src/partner-central/quota/quota.js';
import { insertTasks } from '../../../src/tasks/store/insert.js';
import { updateTask } from '../../../src/tasks/store/task-queries.js';
import type { Task } from '../../../src/tasks/task.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import { createTroubles } from '../../../src/worker/troubles.js';
import { runPoller } from '../../../src/worker/poll/poller.js';
import { finishedTask } from '../fixture.js';
import { BEGAN_AT, fakePartnerCentral, jumpingClock, type Arrivals, type WorldTask } from './follow-world.js';

/** The gateway's defaults and AWS's quotas. */
export const POLL = { minMs: 1000, maxMs: 30_000 };
export const READS = { perSecond: 10, perDay: 100_000 };
export const WRITES = { perSecond: 1, perDay: 10_000 };
/** The interval of the simpler pollers. */
export const SIMPLE_EVERY_MS = 2000;

/** The number of calls to AWS, and the delay of each end that was seen. */
export type Followed = { readonly calls: number; readonly delaysMs: readonly number[] };

/** The same with the time of each call and each end. */
export type FollowedInTime = Followed & { readonly callAts: readonly number[]; readonly toldAts: readonly number[] };

/**
 * @param tasks in the order in which they start, some of them perhaps later
 * @param untilMs the time to follow, from BEGAN_AT on, unless all have ended before
 */
export async function followByGateway(
  tasks: readonly WorldTask[],
  reads: QuotaLimits,
  untilMs: number,
): Promise<FollowedInTime> {
  const begun = tasks.filter(({ startedAt }) => startedAt <= BEGAN_AT + POLL.minMs);
  const wakes = new Set<() => void>();
  let arrivedCount = begun.length;
  const arrivals: Arrivals = {
    nextAt: () => tasks[arrivedCount]?.startedAt ?? Infinity,
    async arrive() {
      arrivedCount += 1;
      await insert(db, tasks.slice(arrivedCount - 1, arrivedCount), arrivedCount - 1);
      for (const wake of wakes) wake();
    },
  };
  const clock = jumpingClock(arrivals);
  const db = await openDatabase({ dataDir: ':memory:', clock });
  const done = new AbortController();
  const endsAt = new Map(tasks.map((task, index) => [finishedTask(index).id, task.endsAt]));
  const wanted = tasks.filter((task) => task.endsAt > BEGAN_AT).length;
  const delaysMs: number[] = [];
  const toldAts: number[] = [];
  const callAts: number[] = [];
  const endWhenOver = (): void => {
    if (delaysMs.length === wanted || clock.now() > BEGAN_AT + untilMs) done.abort();
  };
  const telemetry = {
    ...createTelemetry({ level: 'fatal' as const }),
    transitionAppended({ id }: { id: string }) {
      toldAts.push(clock.now());
      delaysMs.push(clock.now() - (endsAt.get(id) ?? Number.NaN));
      endWhenOver();
    },
    unexpected(what: string, error: unknown) {
      throw new Error(`${what} met an unexpected error`, { cause: error });
    },
  };
  try {
    // The positions that the tasks leave free.
    await db.sql
      .updateTable('log_head')
      .set({ position: tasks.length * 3 })
      .execute();
    await insert(db, begun, 0);
    await runPoller({
      db,
      // No other process works on these tasks, so only new tasks wake the poller.
      hub: {
        subscribers: { add: () => undefined, remove: () => undefined },
        attach(_taskId, wake) {
          wakes.add(wake);
          return () => void wakes.delete(wake);
        },
        recent: () => null,
        position: () => 0,
        whenReadable: () => undefined,
        onTruncated: () => undefined,
        close: () => Promise.resolve(),
      },
      partnerCentral: fakePartnerCentral(tasks, clock, () => {
        callAts.push(clock.now());
        endWhenOver();
      }),
      clock,
      telemetry,
      limits: { reads, writes: WRITES },
      poll: POLL,
      submitRetryMs: 0,
      retentionMs: untilMs,
      troubles: createTroubles({ clock, telemetry }),
      random: () => 0.5,
      epoch: await db.write(beginEpoch),
      signal: done.signal,
      stepDown: () => done.abort(),
      throttles: { reads: 0, writes: 0 },
      readBudget: { observe: () => undefined },
      checkOutcome: () => Promise.resolve(null),
      discoverIn: [],
      listedAt: new Map(),
      onExpedite: new Set(),
    });
    return { calls: callAts.length, delaysMs, callAts, toldAts };
  } finally {
    await db.close();
  }
}

/** Inserts the tasks as AWS has them at the beginning, and marks the ones that have ended by then as ended. */
async function insert(db: Database, tasks: readonly WorldTask[], firstIndex: number): Promise<void> {
  await db.write(async (tx) => {
    for (const [offset, { awsTaskId, startedAt, endsAt }] of tasks.entries()) {
      const finished = finishedTask(firstIndex + offset);
      const details = { ...finished.details, taskId: awsTaskId, startedAt };
      const ended = endsAt <= BEGAN_AT;
      const task: Task = {
        ...finished,
        status: ended ? 'COMPLETE' : 'IN_PROGRESS',
        sequence: ended ? 3 : 2,
        details,
        createdAt: startedAt,
        updatedAt: startedAt,
      };
      await insertTasks(tx, [{ task, awsClientToken: task.clientToken }]);
      if (!ended) await updateTask(tx, task);
    }
  });
}
