/**
 * The task harness: database, hub and tasks without a worker, with starts and answers to vary. Everything is closed
 * after each test, and an unexpected error fails the test.
 */
import { afterEach, expect } from '@jest/globals';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { SECOND, type Clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import type { TaskAnswer, TaskInput, TaskKind } from '../../../src/partner-central/model/task-kind.js';
import { createTaskService } from '../../../src/tasks/service/task-service.js';
import type { OutcomeCheckPort } from '../../../src/tasks/outcome-check-port.js';
import { NO_DETAILS, type Task } from '../../../src/tasks/task.js';
import type { Tasks } from '../../../src/tasks/tasks.js';
import type { Viewer } from '../../../src/tasks/viewer.js';
import { createTelemetry, type Telemetry } from '../../../src/runtime/telemetry.js';
import { createHub, type Hub } from '../../../src/transitions/hub.js';
import { createManualClock } from '../fakes/manual-clock.js';

const toClose: (() => unknown)[] = [];
const unexpected: string[] = [];

afterEach(async () => {
  const unclosed: unknown[] = [];
  // A failed close does not stop the others, because each open part would keep the process alive.
  for (const close of toClose.splice(0).reverse())
    await Promise.resolve()
      .then(close)
      .catch((error: unknown) => unclosed.push(error));
  expect([...unclosed, ...unexpected.splice(0)]).toEqual([]);
});

/** Calls `close` after the test, in reverse order of registration. */
export function closeLater(close: () => unknown): void {
  toClose.push(close);
}

/** The unexpected errors so far, for a test that provokes some. */
export function takeUnexpected(): string[] {
  return unexpected.splice(0);
}

export const EVERYBODY: Viewer = {
  subject: null,
  reads: 'all',
  starts: true,
  records: true,
  edits: true,
  catalogs: ['AWS', 'SANDBOX'],
};

export type StartOf<K extends TaskKind> = Extract<TaskInput, { kind: K }>;

export function fromOpportunity(
  more: Partial<StartOf<'ENGAGEMENT_FROM_OPPORTUNITY'>> = {},
): StartOf<'ENGAGEMENT_FROM_OPPORTUNITY'> {
  return {
    kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
    catalog: 'SANDBOX',
    identifier: 'O1000001',
    involvementType: 'CO_SELL',
    visibility: 'FULL',
    tags: [],
    ...more,
  };
}

export function fromEngagement(
  more: Partial<StartOf<'OPPORTUNITY_FROM_ENGAGEMENT'>> = {},
): StartOf<'OPPORTUNITY_FROM_ENGAGEMENT'> {
  return {
    kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
    catalog: 'SANDBOX',
    identifier: 'eng-completes00001',
    contextIdentifier: '1',
    tags: [],
    ...more,
  };
}

export function fromInvitation(
  more: Partial<StartOf<'ENGAGEMENT_BY_ACCEPTING_INVITATION'>> = {},
): StartOf<'ENGAGEMENT_BY_ACCEPTING_INVITATION'> {
  return {
    kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
    catalog: 'SANDBOX',
    identifier: 'engi-completes0001',
    tags: [],
    ...more,
  };
}

export function answerWith(more: Partial<TaskAnswer> = {}): TaskAnswer {
  return { ...NO_DETAILS, status: 'IN_PROGRESS', ...more };
}

export function taskWith(more: Partial<Task> = {}): Task {
  return {
    id: 'a task',
    position: 1,
    subject: null,
    clientToken: 'a token',
    input: fromOpportunity(),
    retryOf: null,
    batchId: null,
    status: 'QUEUED',
    sequence: 1,
    details: NO_DETAILS,
    failure: null,
    trace: null,
    createdAt: 0,
    updatedAt: 0,
    ...more,
  };
}

/** Telemetry without a log. An unexpected error fails the test. */
export function createStrictTelemetry(): Telemetry {
  return {
    ...createTelemetry({ level: 'silent' }),
    unexpected(what, error) {
      unexpected.push(`${what}: ${String(error)}`);
    },
  };
}

/** The write quota of AWS. */
export const WRITES = { perSecond: 1, perDay: 10_000 };

/** An outcome check that could not be made. */
export const outcomeUnknown: OutcomeCheckPort = () => Promise.resolve(null);

export type TaskHarness = {
  readonly db: Database;
  readonly hub: Hub;
  readonly tasks: Tasks;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
};

/** Opens database, hub and tasks, without a worker. */
export async function openTaskHarness(
  options: {
    clock?: Clock;
    dataDir?: string;
    db?: Database;
    startWaitMs?: number;
    checkOutcome?: OutcomeCheckPort;
    stopping?: AbortSignal;
  } = {},
): Promise<TaskHarness & { close(): Promise<void> }> {
  const {
    clock = createManualClock(),
    dataDir = ':memory:',
    startWaitMs = 8 * SECOND,
    stopping = new AbortController().signal,
  } = options;
  const telemetry = createStrictTelemetry();
  const db = options.db ?? (await openDatabase({ dataDir, clock }));
  const hub = await createHub({ db, clock, telemetry });
  const tasks = await createTaskService({
    db,
    hub,
    clock,
    telemetry,
    startWaitMs,
    writes: WRITES,
    checkOutcome: options.checkOutcome ?? outcomeUnknown,
    stopping,
  });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= hub.close().then(() => db.close()));
  closeLater(close);
  return { db, hub, tasks, telemetry, clock, close };
}

/** True if the promise is settled after five turns of the event loop, without any time passing on the clock. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
  return settled;
}

/** Makes a start that must be accepted. @returns the task after its acceptance */
export async function accepted(
  tasks: Tasks,
  input: TaskInput,
  clientToken: string | null = null,
  viewer: Viewer = EVERYBODY,
): Promise<Task> {
  const outcome = await tasks.start(viewer, input, clientToken);
  if (outcome.type !== 'accepted') throw new Error(`The start was not accepted: ${JSON.stringify(outcome)}`);
  return outcome.task;
}
