/** Reads the pages of a List, each with its own quota permit. */
import { SECOND } from '../../runtime/clock.js';
import { takePermit } from '../../partner-central/quota/quota.js';
import type { CallFailure } from '../../partner-central/failure.js';
import { TASK_OPERATIONS, type TaskQuery } from '../../partner-central/task-operations.js';
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { recordThrottle } from '../../partner-central/quota/throttle.js';
import { reservedReads } from './pace.js';
import { awsListKey, readsUsage } from './lists.js';
import type { ListName } from '../../tasks/store/task-lists.js';
import type { WorkerContext } from '../worker-context.js';

/**
 * The longest wait for a permit before it is asked for again, because the wait may shorten when the clock is set back.
 */
const MAX_WAIT_MS = 5 * SECOND;

export type PagesOutcome = {
  readonly answers: readonly TaskAnswer[];
  readonly pageCount: number;
  /** True if the list was read to its end, or until `isEnough` returned true. */
  readonly complete: boolean;
  /** `refused` means that AWS rejected the query itself. */
  readonly failure: 'none' | 'throttled' | 'refused' | 'failed' | 'stopped';
};

/**
 * Follows NextToken, also past empty pages, until the list ends, `isEnough` returns true, or `maxPages` were read. A
 * repeated token is a failure, because it never leads to the end of the list.
 * @param isEnough called after each page
 */
export async function readPages(
  context: WorkerContext,
  query: Omit<TaskQuery, 'nextToken'>,
  maxPages: number,
  isEnough: (page: readonly TaskAnswer[]) => boolean | Promise<boolean>,
): Promise<PagesOutcome> {
  const answers: TaskAnswer[] = [];
  const tokens = new Set<string>();
  let nextToken: string | null = null;
  for (let pageCount = 0; pageCount < maxPages; pageCount += 1) {
    if (!(await waitForReadPermit(context))) return { answers, pageCount, complete: false, failure: 'stopped' };
    const throttledBefore = context.throttles.reads;
    const result = await context.partnerCentral.listTasks({ ...query, nextToken });
    if (result.type !== 'ok') {
      const isQueryRefused =
        result.type === 'refused' && (result.code === 'VALIDATION_FAILED' || result.code === 'NOT_FOUND');
      // A refused call for several values is divided, and most of its parts may succeed.
      const [value, another] = valuesOf(query);
      const operation = TASK_OPERATIONS[query.kind].list;
      if (!isQueryRefused || value === undefined)
        context.troubles.listed(awsListKey(query), problemOf(operation, result), result.message);
      else if (another === undefined)
        context.troubles.listed(valueKey(query, value), problemOfValue(operation, result), result.message);
      if (isQueryRefused) return { answers, pageCount, complete: false, failure: 'refused' };
      if (result.type !== 'throttled') return { answers, pageCount, complete: false, failure: 'failed' };
      await recordThrottle(context, 'reads', throttledBefore, result.retryAfterMs);
      return { answers, pageCount, complete: false, failure: 'throttled' };
    }
    context.troubles.listed(awsListKey(query), null);
    for (const value of valuesOf(query)) context.troubles.listed(valueKey(query, value), null);
    context.throttles.reads = 0;
    const page = result.value.answers;
    answers.push(...page);
    nextToken = result.value.nextToken;
    if ((await isEnough(page)) || nextToken === null)
      return { answers, pageCount: pageCount + 1, complete: true, failure: 'none' };
    if (tokens.has(nextToken)) return { answers, pageCount: pageCount + 1, complete: false, failure: 'failed' };
    tokens.add(nextToken);
  }
  return { answers, pageCount: maxPages, complete: false, failure: 'none' };
}

/** Waits for a read permit. Returns false if the term ends first. */
async function waitForReadPermit(context: WorkerContext): Promise<boolean> {
  const { db, clock, limits, signal, partnerCentral, readBudget } = context;
  const reserved = reservedReads(limits.reads.perDay);
  while (!signal.aborted) {
    // Credentials may expire during a long wait, so they are checked before each try.
    await partnerCentral.prepare(signal);
    const permit = await db.write((tx) => takePermit(db, tx, 'reads', limits.reads, reserved));
    if (permit.type === 'taken') return true;
    if (permit.because === 'day') readBudget.observe(await readsUsage(context));
    await clock.sleep(Math.min(permit.waitMs, MAX_WAIT_MS), signal);
  }
  return false;
}

/** The ids of tasks or records that the query asks about; empty if it asks for a whole list. */
function valuesOf({ select }: Pick<TaskQuery, 'select'>): readonly string[] {
  return select.by === 'taskId' || select.by === 'identifier' ? select.values : [];
}

/** Each value has a key of its own, because the calls for other values of the list succeed. */
function valueKey(query: ListName, value: string): string {
  return `${awsListKey(query)} ${value}`;
}

function problemOfValue(operation: string, { awsCode }: CallFailure): string {
  return (
    `AWS refuses ${operation} for some of them (${awsCode}). The log names each and has the answer of AWS. The others ` +
    `are followed, and the gateway tries again by itself.`
  );
}

/** Anyone may read /health/ready, so the text has none of AWS's own, which may name an account and a role. */
function problemOf(operation: string, failure: CallFailure): string {
  switch (failure.type) {
    case 'refused': {
      const remedy =
        failure.code === 'ACCESS_DENIED'
          ? 'Allow this call in the policy of the gateway (src/worker/README.md, Connect to AWS).'
          : 'The log has the answer of AWS. The gateway tries again by itself.';
      return `AWS refuses ${operation} (${failure.awsCode}). ${remedy}`;
    }
    case 'throttled':
      return `AWS throttles ${operation}. The gateway tries again by itself.`;
    case 'unavailable':
      return failure.message;
    case 'unknown':
      return `AWS does not answer ${operation} (${failure.awsCode}). The gateway tries again by itself.`;
    default:
      return failure satisfies never;
  }
}
