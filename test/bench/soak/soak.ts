/**
 * Some minutes of everything at once: random starts, kill -9 of the gateway, faults of AWS, readers whose connections break. Then all of it
 * is counted against what the gateway and Partner Central have: what was accepted and has ended, what was lost, doubled or reordered. With
 * --steady the gateway is let live, so that what it needs over time can be seen.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { startPostgres } from '../../support/programs/postgres.js';
import { SIMULATOR, keepGateway, spawnUntil, type KeptGateway } from '../processes.js';
import { createRandom } from '../../support/fakes/random.js';
import { watchGateway } from './soak-watch.js';
import { FEED, OperationError, TASK, startReader, type Manner, type Reader, type Seen } from './readers.js';
import { createStarter, query, type AcceptedTask, type Starter } from '../start/starter.js';

const MINUTE = 60_000;
/** Enough for the last tasks to end with faults all around: a call that AWS leaves hanging takes 30 s alone. */
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

  // One task from beginning to end, so that every feed has a cursor to begin with.
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

  const truth = await settledTasks(url, starter.accepted);
  await within(SETTLE_MS, Promise.all(readers.map((reader) => reader.done)));
  await feedsAreThrough(feeds, truth);
  clearInterval(watch);
  for (const reader of [...feeds, ...reading]) reader.leave();
  for (const end of await Promise.all([...feeds, ...readers].map((reader) => reader.done))) {
    if (end instanceof OperationError) console.log(`A reader was refused: ${end.message}`);
  }
  report({
    gateway,
    starter,
    truth,
    feeds,
    readers,
    memory: { ...memory, atEnd: gateway.memory() },
    byMinute,
    atAws: acceptedByAws(journal),
  });
}

type TaskTruth = AcceptedTask & {
  readonly status: string | null;
  readonly message: string | null;
  readonly isEnded: boolean;
  readonly sequences: readonly number[];
  readonly positions: readonly number[];
};

/** How every accepted task stands, once all have ended or time is up. */
async function settledTasks(url: string, accepted: readonly AcceptedTask[]): Promise<TaskTruth[]> {
  const patience = Date.now() + SETTLE_MS;
  const count = async (): Promise<number> =>
    (await query(url, '{ tasks(filter: { statuses: [QUEUED, IN_PROGRESS] }) { totalCount } }')).tasks.totalCount;
  while ((await count()) > 0 && Date.now() < patience) await sleep(250);
  const truth: TaskTruth[] = [];
  for (const task of accepted) {
    const { task: found } = await query(
      url,
      'query($id: ID!) { task(id: $id) { status message isTerminal transitions(first: 100) { nodes { sequence cursor } } } }',
      { id: task.id },
    );
    const nodes: { sequence: number; cursor: string }[] = found?.transitions.nodes ?? [];
    const positions = nodes.map(({ cursor }) =>
      Number.parseInt(Buffer.from(cursor, 'base64url').toString('latin1').split('.')[2] ?? '', 36),
    );
    truth.push({
      ...task,
      status: found?.status ?? null,
      message: found?.message ?? null,
      isEnded: found?.isTerminal ?? false,
      sequences: nodes.map(({ sequence }) => sequence),
      positions,
    });
  }
  return truth;
}

async function feedsAreThrough(feeds: readonly Reader[], truth: readonly TaskTruth[]): Promise<void> {
  const last = Math.max(...truth.flatMap(({ positions }) => positions));
  const patience = Date.now() + SETTLE_MS;
  while (feeds.some(({ seen }) => (seen.at(-1)?.position ?? 0) < last) && Date.now() < patience) await sleep(100);
}

async function within(ms: number, work: Promise<unknown>): Promise<void> {
  const timer = new AbortController();
  await Promise.race([work, sleep(ms, undefined, { signal: timer.signal }).catch(() => undefined)]);
  timer.abort();
}

/** The token of every Start that Partner Central took; a line is a task there. */
function acceptedByAws(journal: string): string[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { clientToken: string }).clientToken);
}

type Flaws = { lost: number; doubled: number; reordered: number };

/** What a reader should have been given, in this order, against what it was given. */
function compare(expected: readonly number[], given: readonly number[]): Flaws {
  const had = new Set(given);
  return {
    lost: expected.filter((each) => !had.has(each)).length,
    doubled: given.length - had.size,
    reordered: given.filter((each, index) => index > 0 && each < (given[index - 1] ?? 0)).length,
  };
}

function sum(all: readonly Flaws[]): Flaws {
  return all.reduce(
    (a, b) => ({ lost: a.lost + b.lost, doubled: a.doubled + b.doubled, reordered: a.reordered + b.reordered }),
    { lost: 0, doubled: 0, reordered: 0 },
  );
}

function report(run: {
  gateway: KeptGateway;
  starter: Starter;
  truth: readonly TaskTruth[];
  feeds: readonly Reader[];
  readers: readonly Reader[];
  memory: { atStart: number; peak: number; atEnd: number };
  byMinute: string;
  atAws: readonly string[];
}): void {
  const { gateway, starter, truth, feeds, readers, memory, byMinute, atAws } = run;
  const positions = truth
    .slice(1)
    .flatMap((task) => task.positions)
    .sort((a, b) => a - b);
  const positionsOf = (seen: readonly Seen[]) => seen.map(({ position }) => position);
  const byId = new Map(truth.map((task) => [task.id, task]));
  const ofFeeds = sum(feeds.map(({ seen }) => compare(positions, positionsOf(seen))));
  const ofReaders = sum(
    readers.map(({ seen }) => compare(byId.get(seen[0]?.taskId ?? '')?.positions ?? [], positionsOf(seen))),
  );
  const ofLog = sum(
    truth.map(({ sequences }) =>
      compare(
        sequences.map((_, index) => index + 1),
        sequences,
      ),
    ),
  );

  const known = new Set(starter.accepted.map(({ awsToken }) => awsToken));
  const reached = new Set(atAws);
  const notAtAws = truth.filter(
    ({ status, awsToken }) => status !== 'REJECTED' && status !== 'QUEUED' && !reached.has(awsToken),
  ).length;
  const strangers = atAws.filter((token) => !known.has(token)).length;
  const ended = truth.filter(({ isEnded }) => isEnded).length;
  const lostStarts = truth.filter(({ status }) => status === null).length;
  const doubledStarts = starter.repeated.doubledCount + strangers + (atAws.length - reached.size);
  const flaws = sum([ofFeeds, ofReaders, ofLog]);
  const count = (status: string) => truth.filter((task) => task.status === status).length;
  const resumes = [...feeds, ...readers].reduce((total, reader) => total + reader.resumeCount(), 0);
  const delivered = [...feeds, ...readers].reduce((total, reader) => total + reader.seen.length, 0);
  console.log(`
  accepted   ${truth.length} starts, ${starter.repeated.count} of them sent again
  ended      ${ended} (${count('COMPLETE')} complete, ${count('FAILED')} failed, ${count('REJECTED')} rejected)
  AWS tasks  ${atAws.length}
  lost       ${lostStarts + notAtAws + flaws.lost} (starts ${lostStarts}, not at AWS ${notAtAws}, transitions of ${feeds.length} feeds ${ofFeeds.lost}, of ${readers.length} task streams ${ofReaders.lost}, in the log ${ofLog.lost})
  doubled    ${doubledStarts + flaws.doubled} (starts ${doubledStarts}, transitions ${flaws.doubled})
  reordered  ${flaws.reordered}
  resumes    ${resumes}, ${delivered} transitions delivered
  kills      ${gateway.killCount()}, and ${gateway.crashes.length} ends that nobody asked for
  memory     ${memory.atStart} MB at start, ${memory.peak} MB at most, ${memory.atEnd} MB at end

${byMinute}
`);
  for (const { identifier, status, message } of truth.filter(({ isEnded }) => !isEnded))
    console.log(`Not ended: ${identifier} is ${status}. ${message ?? ''}`);
  for (const crash of gateway.crashes) console.log(`The gateway ended by itself:\n${crash}`);
}
