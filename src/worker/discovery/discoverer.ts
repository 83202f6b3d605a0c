/**
 * Finds external tasks: lists the newest tasks of each kind once a minute, alternates between the catalogs, and uses
 * the lists that the poller reads. Makes no call while discovery is off.
 */
import { MINUTE } from '../../runtime/clock.js';
import { isDamage } from '../../db/errors/unreadable-row.js';
import { TASK_KINDS, type TaskAnswer, type TaskKind } from '../../partner-central/model/task-kind.js';
import { importExternal, unidentifiedStarts } from '../../tasks/external.js';
import type { ListName } from '../../tasks/store/task-lists.js';
import { knownAwsTaskIds } from '../../tasks/store/task-queries.js';
import { catalogToList, externalAmong } from './external-filter.js';
import { awsListKey, readsUsage } from '../poll/lists.js';
import { discoveryIntervalMs, paceOf } from '../poll/pace.js';
import { readPages } from '../poll/pages.js';
import type { WorkerContext } from '../worker-context.js';

const DISCOVERY_INTERVAL_MS = MINUTE;
/** A list that the poller has read within this time is not read again in this round. */
const FRESH_MS = MINUTE / 2;

export async function runDiscoverer(context: WorkerContext): Promise<void> {
  const { clock, telemetry, signal } = context;
  if (context.discoverIn.length === 0) return;
  while (!signal.aborted) {
    for (const kind of TASK_KINDS) {
      try {
        // Discovery slows down like the polls as the daily read quota runs low.
        await clock.sleep(
          discoveryIntervalMs(DISCOVERY_INTERVAL_MS / TASK_KINDS.length, paceOf(await readsUsage(context))),
          signal,
        );
        if (!signal.aborted) await discoverKind(context, kind);
      } catch (error) {
        telemetry.unexpected('discoverer', error);
        await clock.sleep(DISCOVERY_INTERVAL_MS / TASK_KINDS.length, signal);
      }
    }
  }
}

/** Notes that the newest tasks of a list were read just now, so that discovery need not read them. */
export function noteListed({ listedAt, clock }: WorkerContext, list: ListName): void {
  listedAt.set(awsListKey(list), clock.monotonic());
}

/** Records the external tasks that a List shows. The answers are sorted latest first. */
export async function importAnswers(
  context: WorkerContext,
  { kind, catalog }: ListName,
  answers: readonly TaskAnswer[],
): Promise<void> {
  const { db, telemetry, epoch, retentionMs, discoverIn } = context;
  if (!discoverIn.includes(catalog)) return;
  const ids = answers.flatMap((answer) => answer.taskId ?? []);
  // The starts are read before the known ids, so that a start that is answered between the two reads is in one of them.
  const unidentified = await unidentifiedStarts(db.sql, kind, catalog).catch((error: unknown) => {
    if (!isDamage(error)) throw error;
    context.troubles.sawDamage(error);
    return null;
  });
  // A listed task may belong to a start that cannot be read.
  if (unidentified === null) return;
  const known = await knownAwsTaskIds(db.sql, ids);
  const now = await db.now();
  const external = externalAmong(answers, { isKnown: (id) => known.has(id), unidentified }, now - retentionMs, now);
  // Oldest first, so that the log has the tasks in the order in which they began.
  if (external.length > 0) await importExternal(db, telemetry, epoch, kind, catalog, external.toReversed());
}

async function discoverKind(context: WorkerContext, kind: TaskKind): Promise<void> {
  const { clock, discoverIn, listedAt } = context;
  const catalog = catalogToList(
    discoverIn,
    (each) => listedAt.get(awsListKey({ kind, catalog: each })) ?? -Infinity,
    clock.monotonic(),
    FRESH_MS,
  );
  if (catalog === null) return;
  noteListed(context, { kind, catalog });
  const { answers } = await readPages(context, { kind, catalog, select: { by: 'startTime' } }, 1, () => false);
  await importAnswers(context, { kind, catalog }, answers);
}
