/**
 * Finds the tasks of the account that were started elsewhere: looks at the newest tasks of each kind once a minute, with both catalogs in
 * turn, and uses what the poller sees anyway. Off, it makes no call.
 */
import { MINUTE } from '../../runtime/clock.js';
import { isDamage } from '../../db/errors/unreadable-row.js';
import { TASK_KINDS, type Catalog, type TaskAnswer, type TaskKind } from '../../partner-central/model/task-kind.js';
import { importExternal, unidentifiedStarts } from '../../tasks/external.js';
import { knownAwsTaskIds } from '../../tasks/store/task-queries.js';
import { LONGEST_STRETCHED_MS, stretchFor } from '../poll/cadence.js';
import { catalogToLookAt, foreignAmong } from './external-filter.js';
import { awsListKey, readsUsage } from '../poll/lists.js';
import { readPages } from '../poll/pages.js';
import type { WorkerContext } from '../worker-context.js';

const BETWEEN_LOOKS_MS = MINUTE;
/** What the poller saw so recently need not be looked at again at this turn. */
const FRESH_MS = MINUTE / 2;

export async function runDiscoverer(term: WorkerContext): Promise<void> {
  const { clock, telemetry, signal } = term;
  if (term.discoverIn.length === 0) return;
  while (!signal.aborted) {
    for (const kind of TASK_KINDS) {
      try {
        // As the day's reads run low, looks are spread like polls.
        await clock.sleep(
          Math.min(LONGEST_STRETCHED_MS, (BETWEEN_LOOKS_MS / TASK_KINDS.length) * stretchFor(await readsUsage(term))),
          signal,
        );
        if (!signal.aborted) await look(term, kind);
      } catch (error) {
        telemetry.unexpected('discoverer', error);
        await clock.sleep(BETWEEN_LOOKS_MS / TASK_KINDS.length, signal);
      }
    }
  }
}

/** Takes over what a List of a kind and catalog, latest first, shows of tasks that were started elsewhere. */
export async function takeOver(
  term: WorkerContext,
  kind: TaskKind,
  catalog: Catalog,
  answers: readonly TaskAnswer[],
): Promise<void> {
  const { db, telemetry, epoch, retentionMs, discoverIn, lookedAt, clock } = term;
  if (!discoverIn.includes(catalog)) return;
  lookedAt.set(awsListKey({ kind, catalog }), clock.monotonic());
  const ids = answers.flatMap((answer) => answer.taskId ?? []);
  // In this order: a start that is answered meanwhile is found among the one or among the other.
  const unidentified = await unidentifiedStarts(db.sql, kind, catalog).catch((error: unknown) => {
    if (!isDamage(error)) throw error;
    term.troubles.sawDamage(error);
    return null;
  });
  // A task that was listed may belong to a start that cannot be read.
  if (unidentified === null) return;
  const known = await knownAwsTaskIds(db.sql, ids);
  const now = await db.now();
  const foreign = foreignAmong(answers, { isKnown: (id) => known.has(id), unidentified }, now - retentionMs, now);
  // The oldest first: the log tells them in the order in which they began.
  if (foreign.length > 0) await importExternal(db, telemetry, epoch, kind, catalog, foreign.toReversed());
}

async function look(term: WorkerContext, kind: TaskKind): Promise<void> {
  const { clock, discoverIn, lookedAt } = term;
  const catalog = catalogToLookAt(
    discoverIn,
    (each) => lookedAt.get(awsListKey({ kind, catalog: each })) ?? -Infinity,
    clock.monotonic(),
    FRESH_MS,
  );
  if (catalog === null) return;
  lookedAt.set(awsListKey({ kind, catalog }), clock.monotonic());
  const { answers } = await readPages(term, { kind, catalog, select: { by: 'startTime' } }, 1, () => false);
  await takeOver(term, kind, catalog, answers);
}
