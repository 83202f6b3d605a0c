/**
 * What the tests of tasks and worker share: a database, starts and answers to vary, and a stage on which worker, SDK and simulator
 * play together while the test owns the time. Everything is closed after each test, and an error that nobody expected fails it.
 */
import { afterEach, expect } from '@jest/globals';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { DAY, SECOND, type Clock } from '../../src/clock.js';
import type { Database } from '../../src/db/database.js';
import { openDatabase } from '../../src/db/open.js';
import { createPartnerCentral, type CallResult, type PartnerCentral } from '../../src/partner-central/client.js';
import { createSimulator, type Simulator, type SimulatorOptions } from '../../src/partner-central/simulator/simulator.js';
import type { TaskAnswer, TaskInput, TaskKind } from '../../src/partner-central/task-kind.js';
import { createTasks } from '../../src/tasks/create-tasks.js';
import { NO_DETAILS, type Task } from '../../src/tasks/task.js';
import type { Tasks } from '../../src/tasks/tasks.js';
import type { Viewer } from '../../src/tasks/viewer.js';
import { createTelemetry, type Telemetry } from '../../src/telemetry.js';
import { createHub, type Hub } from '../../src/transitions/hub.js';
import type { WorkerOptions } from '../../src/worker/term.js';
import { startWorker } from '../../src/worker/worker.js';
import { createManualClock, type ManualClock } from './manual-clock.js';

const toClose: (() => unknown)[] = [];
const unexpected: string[] = [];

afterEach(async () => {
  for (const close of toClose.splice(0).reverse()) await close();
  expect(unexpected.splice(0)).toEqual([]);
});

/** Closed after the test, the latest first. */
export function closeLater(close: () => unknown): void {
  toClose.push(close);
}

/** The errors nobody expected so far, for a test that does expect some. */
export function takeUnexpected(): string[] {
  return unexpected.splice(0);
}

export const EVERYBODY: Viewer = { subject: null, reads: 'all', starts: true, catalogs: ['AWS', 'SANDBOX'] };

export type StartOf<K extends TaskKind> = Extract<TaskInput, { kind: K }>;

export function fromOpportunity(more: Partial<StartOf<'ENGAGEMENT_FROM_OPPORTUNITY'>> = {}): StartOf<'ENGAGEMENT_FROM_OPPORTUNITY'> {
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

export function fromEngagement(more: Partial<StartOf<'OPPORTUNITY_FROM_ENGAGEMENT'>> = {}): StartOf<'OPPORTUNITY_FROM_ENGAGEMENT'> {
  return {
    kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
    catalog: 'SANDBOX',
    identifier: 'eng-completes00001',
    contextIdentifier: '1',
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

/** Silent, and strict: an unexpected error fails the test. */
export function createStrictTelemetry(): Telemetry {
  return {
    ...createTelemetry({ level: 'silent' }),
    unexpected(what, error) {
      unexpected.push(`${what}: ${String(error)}`);
    },
  };
}

export type Core = { readonly db: Database; readonly hub: Hub; readonly tasks: Tasks; readonly telemetry: Telemetry; readonly clock: Clock };

/** Database, hub and tasks, without a worker. */
export async function openCore(
  options: { clock?: Clock; dataDir?: string; startWaitMs?: number; stopping?: AbortSignal } = {},
): Promise<Core & { close(): Promise<void> }> {
  const { clock = createManualClock(), dataDir = ':memory:', startWaitMs = 8 * SECOND, stopping = new AbortController().signal } = options;
  const telemetry = createStrictTelemetry();
  const db = await openDatabase({ dataDir, clock });
  const hub = await createHub({ db, clock, telemetry });
  const tasks = await createTasks({ db, hub, clock, telemetry, startWaitMs, stopping });
  let closed: Promise<void> | undefined;
  const close = () => (closed ??= hub.close().then(() => db.close()));
  closeLater(close);
  return { db, hub, tasks, telemetry, clock, close };
}

/** Whether a promise is settled once everything that needs no time has happened. */
export async function isSettled(promise: Promise<unknown>): Promise<boolean> {
  let settled = false;
  const note = () => {
    settled = true;
  };
  promise.then(note, note);
  for (let turn = 0; turn < 5; turn += 1) await turnOfTheLoop();
  return settled;
}

/** A manual clock that knows when its next sleeper wakes. */
type StageClock = Clock & { advance(ms: number): Promise<void>; nextWake(): number };

function createStageClock(manual: ManualClock): StageClock {
  const wakes = new Set<{ readonly at: number }>();
  return {
    now: () => manual.now(),
    async sleep(ms, signal) {
      const entry = { at: manual.now() + ms };
      if (signal?.aborted !== true && ms > 0) wakes.add(entry);
      await manual.sleep(ms, signal);
      wakes.delete(entry);
    },
    advance: (ms) => manual.advance(ms),
    nextWake: () => Math.min(Infinity, ...[...wakes].map((entry) => entry.at)),
  };
}

const UNLIMITED = { perSecond: 1000, perDay: 100_000_000 };

export type StageOptions = {
  simulator?: SimulatorOptions;
  dataDir?: string;
  limits?: WorkerOptions['limits'];
  poll?: WorkerOptions['poll'];
  submitRetryMs?: number;
  /** Stands between the worker and the SDK. */
  around?: (partnerCentral: PartnerCentral) => PartnerCentral;
  /** Stands between everything and the database. */
  aroundDb?: (db: Database) => Database;
};

export type Stage = Awaited<ReturnType<typeof createStage>>;

/**
 * Worker, tasks, the genuine SDK and the simulator over real HTTP, all on one clock that only the test moves: `pass` lets every call
 * that is under way end before time goes on, so that a run is the same each time.
 */
export async function createStage(options: StageOptions = {}) {
  const clock = createStageClock(createManualClock());
  let simulatorSleeps = 0;
  const simulatorClock: Clock = {
    now: () => clock.now(),
    async sleep(ms, signal) {
      simulatorSleeps += 1;
      await clock.sleep(ms, signal);
      simulatorSleeps -= 1;
    },
  };
  const simulator = await createSimulator({
    readsPerSecond: Infinity,
    writesPerSecond: Infinity,
    readsPerDay: Infinity,
    writesPerDay: Infinity,
    ...options.simulator,
    clock: simulatorClock,
  });
  closeLater(() => simulator.close());

  let inFlight = 0;
  let mostInFlight = 0;
  let timeouts = 0;
  const counted = async <T>(call: Promise<CallResult<T>>): Promise<CallResult<T>> => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    const result = await call;
    inFlight -= 1;
    if (result.type === 'unknown' && result.awsCode === 'Timeout') timeouts += 1;
    return result;
  };

  /** One process on the stage; several can follow each other on one directory. */
  async function openProcess() {
    const telemetry = createStrictTelemetry();
    const opened = await openDatabase({ dataDir: options.dataDir ?? ':memory:', clock });
    const db = options.aroundDb?.(opened) ?? opened;
    const hub = await createHub({ db, clock, telemetry });
    const stopping = new AbortController();
    const tasks = await createTasks({ db, hub, clock, telemetry, startWaitMs: 0, stopping: stopping.signal });
    const credentials = { accessKeyId: 'x', secretAccessKey: 'y' };
    const sdk = createPartnerCentral({ region: 'us-east-1', endpoint: simulator.endpoint, credentials, clock, telemetry });
    const around = options.around?.(sdk) ?? sdk;
    const partnerCentral: PartnerCentral = {
      startTask: (input, token) => counted(around.startTask(input, token)),
      listTasks: (query) => counted(around.listTasks(query)),
      close: () => around.close(),
    };
    const worker = startWorker({
      db,
      hub,
      partnerCentral,
      clock,
      telemetry,
      limits: options.limits ?? { reads: UNLIMITED, writes: UNLIMITED },
      poll: options.poll ?? { minMs: 1 * SECOND, maxMs: 30 * SECOND },
      submitRetryMs: options.submitRetryMs ?? 600 * SECOND,
      retentionMs: 90 * DAY,
      random: () => 0.5,
    });
    let closed: Promise<void> | undefined;
    const closeAll = async () => {
      stopping.abort();
      const stopped = worker.stop();
      partnerCentral.close();
      await letTimeRunUntil(stopped);
      await hub.close();
      await db.close();
    };
    const close = () => (closed ??= closeAll());
    /** As if the process were killed: the database is gone in the midst of whatever it does. */
    const crash = async () => {
      await db.close();
      await close();
      takeUnexpected();
    };
    closeLater(close);
    return { db, hub, tasks, telemetry, partnerCentral, worker, close, crash };
  }

  /** Closing waits for calls under way, and those for the clock. */
  async function letTimeRunUntil(stopped: Promise<void>): Promise<void> {
    while (!(await isSettled(stopped))) {
      const next = clock.nextWake();
      if (next !== Infinity) await clock.advance(Math.max(1, next - clock.now()));
    }
    await stopped;
  }

  const hanging = () => simulator.calls().filter((call) => call.outcome === 'hang').length - timeouts;
  /** Nothing is under way but what waits for the clock. */
  async function idle(): Promise<void> {
    for (let quiet = 0; quiet < 4; quiet += 1) {
      await turnOfTheLoop();
      if (inFlight > simulatorSleeps + hanging()) quiet = -1;
    }
  }

  async function pass(ms: number, done: () => Promise<boolean> = async () => false): Promise<boolean> {
    const end = clock.now() + ms;
    for (;;) {
      await idle();
      if (await done()) return true;
      const next = clock.nextWake();
      if (clock.now() >= end) return false;
      await clock.advance(Math.max(0, Math.min(end, next) - clock.now()));
    }
  }

  const process = await openProcess();
  return {
    ...process,
    clock,
    simulator,
    pass,
    idle,
    openProcess,
    mostInFlight: () => mostInFlight,
    /** The calls that reached the simulator, by the first word of their operation. */
    calls: (verb: 'Start' | 'List') => simulator.calls().filter((call) => call.operation.startsWith(verb)),
    /** Lets time pass until all these tasks have ended. */
    async untilEnded(ids: readonly string[], maxMs: number, tasks: Tasks = process.tasks): Promise<Task[]> {
      const found = async () => (await Promise.all(ids.map((id) => tasks.find(EVERYBODY, id)))).flatMap((task) => task ?? []);
      const ended = await pass(maxMs, async () => (await found()).every((task) => !['QUEUED', 'IN_PROGRESS'].includes(task.status)));
      const all = await found();
      if (!ended) throw new Error(`Not ended within ${maxMs} ms: ${all.map((task) => `${task.input.identifier} ${task.status}`).join(', ')}`);
      return all;
    },
  };
}

/** Makes a start that must be accepted; the task as it then stands. */
export async function accepted(tasks: Tasks, input: TaskInput, clientToken: string | null = null, viewer: Viewer = EVERYBODY): Promise<Task> {
  const outcome = await tasks.start(viewer, input, clientToken);
  if (outcome.type !== 'accepted') throw new Error(`The start was not accepted: ${JSON.stringify(outcome)}`);
  return outcome.task;
}

export type { Simulator };
