/**
 * Runs random starts, kill -9 of the gateway, faults of AWS and readers with broken connections for some minutes. Then
 * it compares the accepted starts and their deliveries with the gateway and Partner Central. With --steady nothing is
 * killed, so that memory and latency over time show.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../support/programs/postgres.js';
import { SIMULATOR, keepGateway, spawnUntil, type KeptGateway } from '../processes.js';
import { createRandom } from '../../support/fakes/random.js';
import { watchGateway } from './soak-watch.js';
import { FEED, OperationError, TASK, startReader, type Manner, type Reader } from './readers.js';
import { acceptedByAws, readFinalTasks, report, type FinalTask } from './soak-report.js';
import { createStarter, type AcceptedTask } from '../start/starter.js';

const MINUTE = 60_000;
/** Enough for the last tasks to end under faults: one call that AWS leaves unanswered takes 30 s. */
const SETTLE_MS = 3 * MINUTE;
const FEED_READERS = 4;
const TASK_READERS = 10;
const ADDRESS = {
  CHAOS_RATE: '0.03',
  SPEED: '10',
  READS_PER_SECOND: '1000',
  WRITES_PER_SECOND: '1000',
  READS_PER_DAY: '10000000',
  WRITES_PER_DAY: '10000000',
};
const GATEWAY = {
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  READS_PER_SECOND: '100',
  WRITES_PER_SECOND: '50',
  READS_PER_DAY: '10000000',
  WRITES_PER_DAY: '10000000',
  POLL_MIN_MS: '200',
  POLL_MAX_MS: '2000',
  START_WAIT_MS: '1000',
  SUBMIT_RETRY_MS: '60000',
  LOG_LEVEL: 'fatal',
};

export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      minutes: { type: 'string', default: '3' },
      seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      postgres: { type: 'boolean', default: false },
      steady: { type: 'boolean', default: false },
    },
  });
  const [minutes, seed] = [Number(values.minutes), Number(values.seed)];
  if (!(minutes > 0) || !Number.isInteger(seed))
    throw new Error('--minutes is a number above 0, --seed a whole number');
  const directory = mkdtempSync(join(tmpdir(), 'gateway-soak-'));
  const journal = join(directory, 'partner-central.jsonl');
  const postgres = values.postgres ? await startPostgres() : null;
  console.log(`soak: ${minutes} min on ${values.postgres ? 'PostgreSQL' : 'SQLite'}, --seed ${seed}`);
  try {
    const simulator = await spawnUntil(
      SIMULATOR,
      { ...ADDRESS, PORT: '0', CHAOS_SEED: String(seed), JOURNAL: journal },
      /ready at (\S+)/,
    );
    const data: Record<string, string> =
      postgres === null ? { DATA_DIR: join(directory, 'data') } : { DATABASE_URL: postgres.url };
    const gateway = await keepGateway({ ...GATEWAY, ...data, PARTNER_CENTRAL_ENDPOINT: simulator.match });
    await measure(gateway, minutes * MINUTE, seed, journal, values.steady);
    await gateway.stop();
    simulator.child.kill('SIGTERM');
    await simulator.ended;
  } finally {
    await postgres?.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function measure(
  gateway: KeptGateway,
  durationMs: number,
  seed: number,
  journal: string,
  steady: boolean,
): Promise<void> {
  const { url } = gateway;
  const starter = createStarter(url, createRandom(seed, 'starter'));
  const mannerOf = (role: string, index: number, cutAfterMs: Manner['cutAfterMs']): Manner => ({
    url,
    random: createRandom(seed, `${role} ${index}`),
    transport: index % 2 === 0 ? 'websocket' : 'sse',
    cutAfterMs,
    slowMs: [50, 1500],
  });

  // One complete task gives every feed a cursor to begin with.
  const first = await starter.start();
  const firstReader = startReader(mannerOf('first', 0, [MINUTE, MINUTE]), TASK, { id: first.id }, null);
  await firstReader.done;
  const feeds = Array.from({ length: FEED_READERS }, (_, index) =>
    startReader(mannerOf('feed', index, [200, 8000]), FEED, {}, firstReader.cursor()),
  );

  const memory = { atStart: gateway.memory(), peak: 0 };
  const watched = watchGateway(gateway, first.id);
  const readers: Reader[] = [firstReader];
  const reading = new Set<Reader>();
  const readTask = (task: AcceptedTask): void => {
    const reader = startReader(mannerOf('task', readers.length, [50, 3000]), TASK, { id: task.id }, null);
    readers.push(reader);
    reading.add(reader);
    void reader.done.then(() => reading.delete(reader));
  };

  const until = Date.now() + durationMs;
  const others = createRandom(seed, 'others');
  const starting = new Set<Promise<void>>();
  let failure: unknown;
  const starts = (async () => {
    while (Date.now() < until && failure === undefined) {
      const started = starter
        .start()
        .then(
          (task) => {
            if (reading.size < TASK_READERS) readTask(task);
          },
          (error: unknown) => (failure = error),
        )
        .then(() => void starting.delete(started));
      starting.add(started);
      await sleep(others.between(50, 450));
    }
  })();
  const kills = (async () => {
    const random = createRandom(seed, 'kills');
    while (!steady && Date.now() < until - 5000) {
      await sleep(random.between(3000, 12_000));
      if (Date.now() < until) await gateway.kill();
    }
  })();
  const watch = setInterval(() => (memory.peak = Math.max(memory.peak, gateway.memory())), 500);
  await Promise.all([starts, kills]);
  const byMinute = await watched();
  await Promise.all(starting);
  if (failure !== undefined) throw failure;

  const tasks = await readFinalTasks(url, starter.accepted, SETTLE_MS);
  await within(SETTLE_MS, Promise.all(readers.map((reader) => reader.done)));
  await untilFeedsEnd(feeds, tasks);
  clearInterval(watch);
  for (const reader of [...feeds, ...reading]) reader.leave();
  for (const end of await Promise.all([...feeds, ...readers].map((reader) => reader.done))) {
    if (end instanceof OperationError) console.log(`A reader was refused: ${end.message}`);
  }
  report({
    gateway,
    starter,
    tasks,
    feeds,
    readers,
    memory: { ...memory, atEnd: gateway.memory() },
    byMinute,
    atAws: acceptedByAws(journal),
  });
}

async function untilFeedsEnd(feeds: readonly Reader[], tasks: readonly FinalTask[]): Promise<void> {
  const last = Math.max(...tasks.flatMap(({ positions }) => positions));
  const deadline = Date.now() + SETTLE_MS;
  while (feeds.some(({ seen }) => (seen.at(-1)?.position ?? 0) < last) && Date.now() < deadline) await sleep(100);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}
