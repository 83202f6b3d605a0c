/** Starts, batches of starts, and retries. A start is answered after its commit, even if the wait for AWS fails. */
import { v4 as randomUuid } from 'uuid';
import type { Clock } from '../../runtime/clock.js';
import type { Database } from '../../db/database.js';
import { truncateForMessage } from '../../partner-central/identifiers.js';
import { isExternal, type TaskInput } from '../../partner-central/model/task-kind.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { acceptStarts, type AcceptOutcome, type Accepted } from '../accept.js';
import { createBatchAcceptor } from './batch-acceptor.js';
import { checkStart } from '../input-rules.js';
import { tryOutcomeCheck, type OutcomeCheckPort } from '../outcome-check-port.js';
import { decideRetry, refusalMessage, retryToken } from '../retry.js';
import { activeTrace, type Start } from '../start.js';
import { findRetry, findTask } from '../store/task-queries.js';
import type { Streams } from './streams.js';
import { batchIdOf, checkBatch, type Batch } from '../task-batch.js';
import { recoveryOf, type Task } from '../task.js';
import type { RetryOutcome, RetryRefusal, StartOutcome, Tasks } from '../tasks.js';
import { maySee, type Viewer } from '../viewer.js';

export function createTaskStarts(options: {
  db: Database;
  clock: Clock;
  telemetry: Telemetry;
  startWaitMs: number;
  checkOutcome: OutcomeCheckPort;
  stopping: AbortSignal;
  readTask: (id: string) => Promise<Task | null>;
  batchOf: (viewer: Viewer, id: string) => Promise<Batch | null>;
  followTask: Streams['followTask'];
}): Pick<Tasks, 'start' | 'startMany' | 'retry'> {
  const { db, clock, telemetry, startWaitMs, stopping, readTask, batchOf, followTask } = options;
  const acceptStart = createBatchAcceptor((starts) => acceptStarts(db, telemetry, starts));
  const waits = new Set<AbortController>();
  stopping.addEventListener('abort', () => waits.forEach((wait) => wait.abort()));

  /** Waits until AWS has answered or START_WAIT_MS is over, and returns the outcome with the task as it then stands. */
  async function waitForAws({ type, task, replayed }: Accepted): Promise<Extract<StartOutcome, { type: 'accepted' }>> {
    if (task.status !== 'QUEUED' || startWaitMs === 0) return { type, task, replayed };
    const wait = new AbortController();
    waits.add(wait);
    if (stopping.aborted) wait.abort();
    const timeout = clock.sleep(startWaitMs, wait.signal).then(() => null);
    try {
      const settled = (await nextTransitionOf(task, timeout)) ?? (await findTask(db.sql, task.id));
      return { type, task: settled ?? task, replayed };
    } catch (error) {
      // The start is committed, so the caller must get its task; the state can be read later.
      telemetry.unexpected('start', error);
      return { type, task, replayed };
    } finally {
      waits.delete(wait);
      wait.abort('answered');
    }
  }

  /** Reads the log, so that the process that sends the start may be another one. */
  async function nextTransitionOf(task: Task, timeout: Promise<null>): Promise<Task | null> {
    const stream = followTask(task.id, task.position);
    try {
      const next = await Promise.race([stream.next(), timeout]);
      return next === null || next.done === true ? null : next.value.task;
    } finally {
      await stream.return();
    }
  }

  /** @returns null when the task may be retried */
  async function retryRefusal(task: Task, input: TaskInput, despiteAdvice: boolean): Promise<RetryOutcome | null> {
    const recovery = task.failure === null ? null : recoveryOf(task.failure);
    const finding =
      recovery?.hasOutcomeCheck === true && !despiteAdvice ? await tryOutcomeCheck(options, input, stopping) : null;
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
      return outcome.type === 'accepted' ? waitForAws(outcome) : startOutcome(outcome);
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
      // `maySee` checks the catalog too: a viewer sees no task in a catalog that the viewer may not use.
      if (task === null || !maySee(viewer, task))
        return refusedRetry('NOT_FOUND', `There is no task ${truncateForMessage(id)}, or this caller may not see it.`);
      const { input } = task;
      if (isExternal(input)) {
        return refusedRetry(
          'STARTED_ELSEWHERE',
          `The task ${id} was started elsewhere, and AWS does not report its input. Make a new start instead.`,
        );
      }
      const refusal = (await findRetry(db.sql, id)) === null ? await retryRefusal(task, input, despiteAdvice) : null;
      if (refusal !== null) return refusal;
      const maySeeTask = (retry: Task) => maySee(viewer, retry);
      const start = {
        subject: viewer.subject,
        input,
        clientToken: retryToken(id),
        retryOf: id,
        maySeeTask,
        trace: activeTrace(),
      };
      const outcome = await acceptStart(start);
      if (outcome.type !== 'accepted')
        return refusedRetry(
          'CLIENT_TOKEN_REUSED',
          `The token of this retry, ${start.clientToken}, was used for a start with other input. Make a new start instead.`,
        );
      if (!maySeeTask(outcome.task)) {
        return refusedRetry(
          'ALREADY_RETRIED',
          `The task ${id} was retried by another caller, in a task that this caller may not see.`,
        );
      }
      return waitForAws(outcome);
    },
  };
}

function tokenOf(given: string | null): Pick<Start, 'clientToken' | 'isTokenNew'> {
  return given === null ? { clientToken: randomUuid(), isTokenNew: true } : { clientToken: given };
}

function startOutcome(outcome: AcceptOutcome): StartOutcome {
  const { type, task } = outcome;
  if (type === 'accepted') return { type, task, replayed: outcome.replayed };
  return {
    type,
    message:
      `This client token belongs to the task ${task.id}, which was started with other input. Use a new token for a ` +
      `new start, or repeat the first input to get that task.`,
  };
}

function refusedRetry(code: RetryRefusal, message: string): RetryOutcome {
  return { type: 'refused', code, message };
}
