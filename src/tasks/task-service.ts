/** Puts the statements, the log and the hub together into what `Tasks` promises. */
import { v4 as randomUuid } from 'uuid';
import type { Clock } from '../runtime/clock.js';
import type { Database } from '../db/database.js';
import { truncateForMessage } from '../partner-central/identifiers.js';
import { quotaUsage, type QuotaLimits } from '../partner-central/quota/quota.js';
import { isExternal, type TaskInput } from '../partner-central/model/task-kind.js';
import { createSingleFlight } from '../runtime/single-flight.js';
import type { Telemetry } from '../runtime/telemetry.js';
import {
  encodeCursor,
  expiredCursor,
  isCursorProblem,
  markOf,
  type Place as CursorPlace,
} from '../transitions/cursor.js';
import type { Hub } from '../transitions/hub.js';
import { headOf, readTaskAfter } from '../transitions/log.js';
import { createPlaces, partedAt } from '../transitions/places.js';
import { createBatchAcceptor } from './batch-acceptor.js';
import { acceptStarts, type AcceptOutcome, type Accepted } from './accept.js';
import { batchFrom, batchIdOf, checkBatch, type Batch } from './task-batch.js';
import { checkStart } from './input-rules.js';
import { matchesFilter } from './store/filter.js';
import { countTasks, listKey, listTasks, statusSummariesOf } from './store/list.js';
import { tryOutcomeCheck, type OutcomeCheckPort } from './outcome-check-port.js';
import { createTaskLoader } from './task-loader.js';
import { decideRetry, refusalMessage, retryToken } from './retry.js';
import { activeTrace, type Start } from './start.js';
import { countQueuedUpTo, findRetry, findTask, findTasks } from './store/task-queries.js';
import { BEFORE_THE_LOG, createStreams } from './streams.js';
import { isTerminal, recoveryOf, type Task } from './task.js';
import type {
  Page,
  PageRequest,
  RetryOutcome,
  RetryRefusal,
  StartOutcome,
  Stream,
  StreamFrom,
  Tasks,
} from './tasks.js';
import { maySee, type Viewer } from './viewer.js';

const TASK_NO_LONGER_KEPT =
  'The task ended so long ago that it is no longer kept. Nothing can follow after this cursor.';
const FEED_NO_LONGER_KEPT =
  'Some of the transitions after this cursor are no longer kept. Read what matters with `tasks`, then subscribe without `after` to go on from now.';

export async function createTaskService(options: {
  db: Database;
  hub: Hub;
  clock: Clock;
  telemetry: Telemetry;
  /** How long a start waits for AWS's answer before it is returned as it stands. */
  startWaitMs: number;
  /** At which starts are sent; for estimates. */
  writes: QuotaLimits;
  /** Sees at AWS whether the work of a failed task is done. */
  checkOutcome: OutcomeCheckPort;
  /** Ends the waiting of all starts: each is returned as it stands. */
  stopping: AbortSignal;
}): Promise<Tasks> {
  const { db, hub, clock, telemetry, startWaitMs, writes, stopping } = options;
  const readTask = createTaskLoader((ids) => findTasks(db.sql, ids));
  const shareList = createSingleFlight<readonly Task[]>();
  const shareBatch = createSingleFlight<Batch | null>();
  const acceptStart = createBatchAcceptor((starts) => acceptStarts(db, telemetry, starts));
  const waits = new Set<AbortController>();
  stopping.addEventListener('abort', () => waits.forEach((wait) => wait.abort()));
  const headAtStart = await headOf(db.sql);
  const { logId } = headAtStart;
  const { claimOf, verdictOn, positionOf } = createPlaces(db.sql, headAtStart);
  const { followTask, resumeTask, followAll, transitionOf } = createStreams({ db, hub, logId });

  /** Waits until AWS has answered or the time is over: the outcome with the task as it then stands. */
  async function answered({ type, task, replayed }: Accepted): Promise<Extract<StartOutcome, { type: 'accepted' }>> {
    if (task.status !== 'QUEUED' || startWaitMs === 0) return { type, task, replayed };
    const wait = new AbortController();
    waits.add(wait);
    if (stopping.aborted) wait.abort();
    const over = clock.sleep(startWaitMs, wait.signal).then(() => null);
    try {
      const settled = (await firstAnswer(task, over)) ?? (await findTask(db.sql, task.id));
      return { type, task: settled ?? task, replayed };
    } catch (error) {
      // The start is accepted, which is what the caller must hear; how it stands can be asked later.
      telemetry.unexpected('start', error);
      return { type, task, replayed };
    } finally {
      waits.delete(wait);
      wait.abort('answered');
    }
  }

  /** As the log tells it, whichever process it is that sends. */
  async function firstAnswer(task: Task, over: Promise<null>): Promise<Task | null> {
    const stream = followTask(task.id, task.position);
    try {
      const next = await Promise.race([stream.next(), over]);
      return next === null || next.done === true ? null : next.value.task;
    } finally {
      await stream.return();
    }
  }

  async function nothingAfter(id: string, position: number): Promise<boolean> {
    return (await readTaskAfter(db.sql, id, position, 1)).length === 0;
  }

  /** A stream of one task that has read nothing yet. `own` is the transition that a cursor names, once it has been read along. */
  function streamOf(id: string, from: StreamFrom, place: CursorPlace | null): ReturnType<typeof resumeTask> {
    if (place !== null) return resumeTask(id, place.position);
    return { stream: followTask(id, from.type === 'current' ? 'latest' : BEFORE_THE_LOG), own: () => null };
  }

  async function batchOf(viewer: Viewer, id: string): Promise<Batch | null> {
    const standings = await statusSummariesOf(db.sql, viewer, { batchIds: [id] });
    if (standings.length === 0) return null;
    const last = standings.find((standing) => standing.status === 'QUEUED');
    const queuedBefore = last === undefined ? 0 : await countQueuedUpTo(db.sql, last.lastPosition);
    return batchFrom(id, standings, queuedBefore, await quotaUsage(db, 'writes', writes), await db.now());
  }

  /** Why a task is not to be tried again; null when nothing speaks against it. */
  async function retryRefusal(task: Task, input: TaskInput, despiteAdvice: boolean): Promise<RetryOutcome | null> {
    const recovery = task.failure === null ? null : recoveryOf(task.failure);
    const finding = recovery?.looks === true && !despiteAdvice ? await tryOutcomeCheck(options, input, stopping) : null;
    const verdict = decideRetry({
      status: task.status,
      category: recovery?.category ?? null,
      finding: finding?.type ?? null,
      despiteAdvice,
    });
    return verdict === 'retry' ? null : refusedRetry(verdict, refusalMessage(verdict, task, finding));
  }

  return {
    async start(viewer, input, clientToken) {
      const problems = checkStart(input, clientToken, viewer.catalogs);
      if (problems.length > 0) return { type: 'invalid', problems };
      const outcome = await acceptStart({
        subject: viewer.subject,
        input,
        ...tokenOf(clientToken),
        trace: activeTrace(),
      });
      return outcome.type === 'accepted' ? answered(outcome) : startOutcome(outcome);
    },

    async startMany(viewer, wanted) {
      const wrong = checkBatch(wanted.length);
      if (wrong.length > 0) return { type: 'invalid', problems: wrong };
      const starts = wanted.map(({ input, clientToken }) => ({
        subject: viewer.subject,
        input,
        ...tokenOf(clientToken),
        problems: checkStart(input, clientToken, viewer.catalogs),
      }));
      const trace = activeTrace();
      const batchId = batchIdOf(viewer.subject, starts);
      const valid = starts.filter(({ problems }) => problems.length === 0);
      const accepted = await acceptStarts(
        db,
        telemetry,
        valid.map(({ problems: _none, ...start }): Start => ({ ...start, batchId, trace })),
      );
      const outcomes = starts.map(({ problems }): StartOutcome => {
        const outcome = problems.length === 0 ? accepted.shift() : undefined;
        return outcome === undefined ? { type: 'invalid', problems } : startOutcome(outcome);
      });
      return { type: 'started', batch: await batchOf(viewer, batchId), outcomes };
    },

    async retry(viewer, id, despiteAdvice) {
      const task = await readTask(id);
      // The catalog is checked with the rest: nobody sees a task in a catalog that is not, or no longer, theirs.
      if (task === null || !maySee(viewer, task))
        return refusedRetry('NOT_FOUND', `There is no task ${truncateForMessage(id)}, or this caller may not see it.`);
      const { input } = task;
      if (isExternal(input)) {
        return refusedRetry(
          'STARTED_ELSEWHERE',
          `The task ${id} was started elsewhere, and AWS does not tell with what input. Make a start of your own for it.`,
        );
      }
      const refusal = (await findRetry(db.sql, id)) === null ? await retryRefusal(task, input, despiteAdvice) : null;
      if (refusal !== null) return refusal;
      const mayHave = (retry: Task) => maySee(viewer, retry);
      const start = {
        subject: viewer.subject,
        input,
        clientToken: retryToken(id),
        retryOf: id,
        mayHave,
        trace: activeTrace(),
      };
      const outcome = await acceptStart(start);
      if (outcome.type !== 'accepted')
        return refusedRetry(
          'CLIENT_TOKEN_REUSED',
          `The token of this retry, ${start.clientToken}, was used for a start with other input.`,
        );
      if (!mayHave(outcome.task)) {
        return refusedRetry(
          'ALREADY_RETRIED',
          `The task ${id} has been tried again by somebody else, in a task that this caller may not see.`,
        );
      }
      return answered(outcome);
    },

    async retryOf(viewer, id) {
      const task = await findRetry(db.sql, id);
      return task !== null && maySee(viewer, task) ? task : null;
    },

    batch(viewer, id) {
      // Each of a batch's tasks may be asked for it in the same query.
      return shareBatch(listKey(viewer, { batchIds: [id] }, null, 0), () => batchOf(viewer, id));
    },

    async find(viewer, id) {
      const task = await readTask(id);
      return task !== null && maySee(viewer, task) ? task : null;
    },

    async list(viewer, filter, page) {
      const before = page.after === null ? null : await positionOf('task', page.after);
      if (isCursorProblem(before)) return before;
      const limit = page.first + 1;
      const tasks = await shareList(listKey(viewer, filter, before, limit), () =>
        listTasks(db.sql, viewer, filter, before, limit),
      );
      return pageOf(tasks, page, (task) =>
        encodeCursor(
          logId,
          'task',
          task.position,
          markOf('task', { taskId: task.id, sequence: 1, recordedAt: task.createdAt }),
        ),
      );
    },

    count(viewer, filter) {
      return countTasks(db.sql, viewer, filter);
    },

    async transitions(taskId, page) {
      const place = page.after === null ? null : claimOf('transition', page.after);
      if (isCursorProblem(place)) return place;
      const after = place?.position ?? BEFORE_THE_LOG;
      const { own, later } = partedAt(after, await readTaskAfter(db.sql, taskId, after - 1, page.first + 2));
      const verdict = place === null ? 'good' : await verdictOn('transition', place, own);
      if (verdict !== 'good') return verdict;
      return pageOf(later.slice(0, page.first + 1).map(transitionOf), page, (transition) => transition.cursor);
    },

    async follow(viewer, id, from) {
      const place = from.type === 'after' ? claimOf('transition', from.cursor) : null;
      if (isCursorProblem(place)) return place;
      const after = place?.position ?? BEFORE_THE_LOG;
      const { stream, own } = streamOf(id, from, place);
      try {
        const first = await stream.peek();
        const verdict = place === null ? 'good' : await verdictOn('transition', place, own());
        if (verdict !== 'good' && verdict.type === 'bad-cursor') return await endedWith(stream, verdict);
        // Each transition says whose task it is: whoever has missed one, as after a cut all have, needs no other statement.
        const task = first === null ? await readTask(id) : transitionOf(first).task;
        if (task === null || !maySee(viewer, task)) {
          const pruned = place !== null && task === null && after <= (await headOf(db.sql)).prunedThrough;
          return await endedWith(stream, pruned ? expiredCursor(TASK_NO_LONGER_KEPT) : { type: 'not-found' });
        }
        if (verdict !== 'good') return await endedWith(stream, verdict);
        // A cursor of the terminal transition itself: nothing can follow, so the stream is over before it begins.
        if (first === null && isTerminal(task.status) && (await nothingAfter(id, after))) await stream.return();
        return stream;
      } catch (error) {
        return stream.throw(error);
      }
    },

    async feed(viewer, filter, after) {
      const named = after === null ? null : await positionOf('transition', after);
      if (isCursorProblem(named)) return named;
      const head = await headOf(db.sql);
      const position = named ?? head.position;
      if (position < head.prunedThrough) return expiredCursor(FEED_NO_LONGER_KEPT);
      return followAll(({ task }) => maySee(viewer, task) && matchesFilter(task, filter), position);
    },
  };
}

async function endedWith<T>(stream: Stream, outcome: T): Promise<T> {
  await stream.return?.();
  return outcome;
}

function tokenOf(given: string | null): Pick<Start, 'clientToken' | 'isTokenNew'> {
  return given === null ? { clientToken: randomUuid(), isTokenNew: true } : { clientToken: given };
}

function startOutcome(outcome: AcceptOutcome): StartOutcome {
  const { type, task } = outcome;
  if (type === 'accepted') return { type, task, replayed: outcome.replayed };
  return {
    type,
    message: `This client token belongs to the task ${task.id}, which was started with other input. Use a new token for a new start, or repeat the first input to get that task.`,
  };
}

function refusedRetry(code: RetryRefusal, message: string): RetryOutcome {
  return { type: 'refused', code, message };
}

/** @param found up to one more than the page holds, which tells whether there is a next one. */
function pageOf<T>(found: readonly T[], page: PageRequest, cursorOf: (item: T) => string): Page<T> {
  return {
    items: found.slice(0, page.first).map((item) => new Place(item, cursorOf)),
    hasNextPage: found.length > page.first,
    hasPreviousPage: page.after !== null,
  };
}

/** Makes its cursor when it is asked for: most queries select none, and fifty checksums cost more than the rest of a list. */
class Place<T> {
  readonly item: T;
  readonly #cursorOf: (item: T) => string;

  constructor(item: T, cursorOf: (item: T) => string) {
    this.item = item;
    this.#cursorOf = cursorOf;
  }

  get cursor(): string {
    return this.#cursorOf(this.item);
  }
}
