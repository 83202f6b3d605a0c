/** The worker harness: worker, SDK and simulator on one clock that only the test moves, and helpers of its tests. */
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { DAY, MINUTE, SECOND, type Clock } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { createPartnerCentral, type CallResult, type PartnerCentral } from '../../../src/partner-central/client.js';
import { createSimulator, type SimulatorOptions } from '../../../src/partner-central/simulator/simulator.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import { createTaskService } from '../../../src/tasks/service/task-service.js';
import type { OutcomeCheckPort } from '../../../src/tasks/outcome-check-port.js';
import type { Task } from '../../../src/tasks/task.js';
import type { Tasks } from '../../../src/tasks/tasks.js';
import { createHub } from '../../../src/transitions/hub.js';
import type { WorkerOptions } from '../../../src/worker/worker-context.js';
import { createTroubles } from '../../../src/worker/troubles.js';
import { startWorker } from '../../../src/worker/worker.js';
import {
  EVERYBODY,
  accepted,
  closeLater,
  createStrictTelemetry,
  fromOpportunity,
  isSettled,
  outcomeUnknown,
  takeUnexpected,
} from './task-harness.js';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.js';

/** A manual clock that knows when its next sleeper wakes. */
type HarnessClock = Clock & { advance(ms: number): Promise<void>; jump(ms: number): void; nextWake(): number };

function createHarnessClock(manual: ManualClock): HarnessClock {
  const wakes = new Set<{ readonly at: number }>();
  return {
    now: () => manual.now(),
    monotonic: () => manual.monotonic(),
    jump: (ms) => manual.jump(ms),
    async sleep(ms, signal) {
      const entry = { at: manual.monotonic() + ms };
      if (signal?.aborted !== true && ms > 0) wakes.add(entry);
      await manual.sleep(ms, signal);
      wakes.delete(entry);
    },
    advance: (ms) => manual.advance(ms),
    nextWake: () => Math.min(Infinity, ...[...wakes].map((entry) => entry.at)),
  };
}

/** Each bound takes some seconds of real time. An event that has not come by then never comes. */
const STOPS_WITHIN_MS = DAY;
const MAX_TURNS = 1_000_000;

const UNLIMITED = { perSecond: 1000, perDay: 100_000_000 };
const UNLIMITED_BOTH = { reads: UNLIMITED, writes: UNLIMITED };

export type WorkerHarnessOptions = {
  simulator?: SimulatorOptions;
  dataDir?: string;
  limits?: WorkerOptions['limits'];
  poll?: WorkerOptions['poll'];
  submitRetryMs?: number;
  checkOutcome?: OutcomeCheckPort;
  discoverIn?: WorkerOptions['discoverIn'];
  /** Delay of the SDK's first credentials. Without it, the credentials are loaded before the test begins. */
  credentialsAfterMs?: number;
  /** Wraps the SDK for the worker. */
  around?: (partnerCentral: PartnerCentral) => PartnerCentral;
  /** Wraps the database for all parts. */
  aroundDb?: (db: Database) => Database;
};

export type WorkerHarness = Awaited<ReturnType<typeof createWorkerHarness>>;

/**
 * Starts worker, tasks, the genuine SDK and the simulator over real HTTP, all on one clock that only the test moves.
 * `pass` lets every call in flight end before time goes on, so that each run is the same.
 */
export async function createWorkerHarness(options: WorkerHarnessOptions = {}) {
  const clock = createHarnessClock(createManualClock());
  /** The number of sleeps that a call waits for: those of the simulator and of the credential provider. */
  let awaitedSleeps = 0;
  const awaitedClock: Clock = {
    now: () => clock.now(),
    monotonic: () => clock.monotonic(),
    async sleep(ms, signal) {
      awaitedSleeps += 1;
      await clock.sleep(ms, signal);
      awaitedSleeps -= 1;
    },
  };
  const simulator = await createSimulator({
    readsPerSecond: Infinity,
    writesPerSecond: Infinity,
    readsPerDay: Infinity,
    writesPerDay: Infinity,
    ...options.simulator,
    clock: awaitedClock,
  });
  closeLater(() => simulator.close());

  let inFlight = 0;
  let mostInFlight = 0;
  /** The number of hanging calls that have ended: their callers gave up, or their client was closed. */
  let endedHangs = 0;
  const hangs = () => simulator.calls().filter((call) => call.outcome === 'hang').length;
  const counted = async <T>(call: Promise<CallResult<T>>): Promise<CallResult<T>> => {
    inFlight += 1;
    mostInFlight = Math.max(mostInFlight, inFlight);
    const result = await call;
    inFlight -= 1;
    if (result.type === 'unknown' && result.awsCode === 'Timeout') endedHangs += 1;
    if (inFlight === 0) endedHangs = hangs();
    return result;
  };

  /** One gateway process on the harness. Several can follow each other on one directory. */
  async function openProcess() {
    const telemetry = createStrictTelemetry();
    const checkOutcome = options.checkOutcome ?? outcomeUnknown;
    const opened = await openDatabase({ dataDir: options.dataDir ?? ':memory:', clock });
    const db = options.aroundDb?.(opened) ?? opened;
    const hub = await createHub({ db, clock, telemetry });
    const stopping = new AbortController();
    const tasks = await createTaskService({
      db,
      hub,
      clock,
      telemetry,
      startWaitMs: 0,
      writes: (options.limits ?? UNLIMITED_BOTH).writes,
      checkOutcome,
      stopping: stopping.signal,
    });
    const credentials = async () => {
      await awaitedClock.sleep(options.credentialsAfterMs ?? 0);
      return { accessKeyId: 'x', secretAccessKey: 'y' };
    };
    const sdk = createPartnerCentral({
      region: 'us-east-1',
      endpoint: simulator.endpoint,
      credentials,
      clock,
      telemetry,
    });
    // The clock does not see the loading of the SDK, so it is done before.
    await import('@aws-sdk/client-partnercentral-selling');
    if (options.credentialsAfterMs === undefined) await sdk.prepare();
    const around = options.around?.(sdk) ?? sdk;
    const partnerCentral: PartnerCentral = {
      startTask: (input, token) => counted(around.startTask(input, token)),
      listTasks: (query) => counted(around.listTasks(query)),
      read: (read, query) => counted(around.read(read, query)),
      write: (write, query) => counted(around.write(write, query)),
      prepare: (signal) => around.prepare(signal),
      close: () => around.close(),
    };
    const troubles = createTroubles({ clock, telemetry });
    const worker = startWorker({
      db,
      hub,
      partnerCentral,
      clock,
      telemetry,
      limits: options.limits ?? UNLIMITED_BOTH,
      poll: options.poll ?? { minMs: 1 * SECOND, maxMs: 30 * SECOND },
      submitRetryMs: options.submitRetryMs ?? 600 * SECOND,
      retentionMs: 90 * DAY,
      checkOutcome,
      discoverIn: options.discoverIn ?? [],
      troubles,
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
    /** Closes the database under the running parts, as the death of the process would. */
    const crash = async () => {
      await db.close();
      await close();
      takeUnexpected();
    };
    closeLater(close);
    return { db, hub, tasks, telemetry, troubles, partnerCentral, worker, close, crash };
  }

  /** Closing waits for the calls in flight, and these wait for the clock. */
  async function letTimeRunUntil(stopped: Promise<void>): Promise<void> {
    const end = clock.monotonic() + STOPS_WITHIN_MS;
    while (!(await isSettled(stopped))) {
      if (clock.monotonic() > end)
        throw new Error('The worker does not stop, and the clock wakes nothing that it waits for.');
      const next = clock.nextWake();
      if (next !== Infinity) await clock.advance(Math.max(1, next - clock.monotonic()));
    }
    await stopped;
  }

  const hanging = () => hangs() - endedHangs;
  /** Resolves when every call in flight waits for the clock. */
  async function idle(): Promise<void> {
    for (let quiet = 0, turns = 0; quiet < 4; quiet += 1, turns += 1) {
      if (turns > MAX_TURNS) throw new Error('A call in flight never waits for the clock.');
      await turnOfTheLoop();
      if (inFlight > awaitedSleeps + hanging()) quiet = -1;
    }
  }

  async function pass(ms: number, done: () => Promise<boolean> = async () => false): Promise<boolean> {
    const end = clock.monotonic() + ms;
    for (;;) {
      await idle();
      if (await done()) return true;
      const next = clock.nextWake();
      if (clock.monotonic() >= end) return false;
      await clock.advance(Math.max(0, Math.min(end, next) - clock.monotonic()));
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
    /** The calls that reached the simulator and whose operation begins with the verb. */
    calls: (verb: 'Start' | 'List') => simulator.calls().filter((call) => call.operation.startsWith(verb)),
    /** Lets time pass until all the given tasks have ended. */
    async untilEnded(ids: readonly string[], maxMs: number, tasks: Tasks = process.tasks): Promise<Task[]> {
      const found = async () =>
        (await Promise.all(ids.map((id) => tasks.find(EVERYBODY, id)))).flatMap((task) => task ?? []);
      const ended = await pass(maxMs, async () =>
        (await found()).every((task) => !['QUEUED', 'IN_PROGRESS'].includes(task.status)),
      );
      const all = await found();
      if (!ended)
        throw new Error(
          `Not ended within ${maxMs} ms: ${all.map((task) => `${task.input.identifier} ${task.status}`).join(', ')}`,
        );
      return all;
    },
  };
}

/** A start whose task takes a minute. */
export const SLOW = fromOpportunity({ identifier: 'O1000005' });
export const LIMITS = { reads: { perSecond: 10, perDay: 100_000 }, writes: { perSecond: 1, perDay: 10_000 } };

export async function startMany(tasks: Tasks, count: number, input: TaskInput): Promise<string[]> {
  const ids = [];
  for (let index = 0; index < count; index += 1) ids.push((await accepted(tasks, input)).id);
  return ids;
}

export async function statusesOf(harness: Pick<WorkerHarness, 'db'>, id: string): Promise<string[]> {
  const rows = await harness.db.sql
    .selectFrom('transitions')
    .select('facts')
    .where('task_id', '=', id)
    .orderBy('sequence')
    .execute();
  return rows.map((row) => JSON.parse(row.facts).task.status);
}

/** Fills the quota of reads as if `count` calls had been made in the last half hour. */
export async function spendReads({ db, clock }: Pick<WorkerHarness, 'db' | 'clock'>, count: number): Promise<void> {
  const calls = Array.from({ length: count }, (_, index) => ({
    quota: 'reads',
    id: index + 1,
    taken_at: clock.now() - 30 * MINUTE,
  }));
  for (let start = 0; start < count; start += 1000)
    await db.sql
      .insertInto('quota_calls')
      .values(calls.slice(start, start + 1000))
      .execute();
  await db.sql
    .insertInto('quota_totals')
    .values({ quota: 'reads', last_id: count, call_count: count, blocked_until: 0 })
    .execute();
}

export async function directory(): Promise<string> {
  const dataDir = await mkdtemp(join(tmpdir(), 'worker-'));
  closeLater(() => rm(dataDir, { recursive: true }));
  return dataDir;
}
