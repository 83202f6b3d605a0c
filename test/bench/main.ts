/**
 * `npm run bench -- <name> [options]` measures something and prints it. It fails only if it cannot measure, because a
 * reader judges the numbers. `--write` also writes the page of the benchmarks.
 */
import { writePages } from './page.js';

type Bench = { readonly about: string; readonly load: () => Promise<{ run(args: string[]): Promise<void> }> };

/** Each comparison runs the gateway beside its peers, takes some minutes at most, and accepts --quick and --rounds. */
const COMPARISONS: Readonly<Record<string, Bench>> = {
  http: {
    about:
      'a query and a list over HTTP, beside Apollo Server + Express, Yoga and Mercurius, in memory and on PostgreSQL',
    load: () => import('./http/http.js'),
  },
  streams: {
    about:
      '10,000 readers on one process, beside graphql-ws with graphql-subscriptions and bare ws: memory, delivery, latency',
    load: () => import('./streams/streams.js'),
  },
  resume: {
    about: '10,000 readers cut off at once and back: how soon all have what they missed, and that nothing is lost',
    load: () => import('./streams/resume.js'),
  },
  start: {
    about: 'what the gateway adds to a start, over the simulator without a delay, and how many it accepts a second',
    load: () => import('./start/start.js'),
  },
  boot: {
    about:
      'from the start of the process to the first answer, and its memory, beside Apollo Server + Express + type-graphql',
    load: () => import('./start/boot.js'),
  },
  follow: {
    about:
      'calls to AWS and delay with 1 to 10,000 tasks in flight, on a clock that runs by itself, beside simpler ways to poll',
    load: () => import('./follow/follow.js'),
  },
};

const BENCHES: Readonly<Record<string, Bench>> = {
  ...COMPARISONS,
  all: {
    about: 'all of the above, one after the other',
    load: () => Promise.resolve({ run: runAll }),
  },
  ablate: {
    about: 'the worth of each special mechanism: its rows of http and streams with it and without it',
    load: () => import('./ablate/ablate.js'),
  },
  soak: {
    about:
      'starts, kills, faults and readers for some minutes, and the transitions that were lost, doubled or reordered. --steady kills nothing and shows memory and latency (--minutes 3 --seed 1 --postgres)',
    load: () => import('./soak/soak.js'),
  },
  day: {
    about:
      'a simulated day with as many tasks in flight as the quota of writes allows, at a tenth of the size: whether the reads last, and each delay',
    load: () => import('./follow/day.js'),
  },
  scale: {
    about: 'the cost of each operation with 10,000 to 1,000,000 finished tasks behind it, on SQLite; then replicas',
    load: () => import('./replicas/scale.js'),
  },
  replicas: {
    about: 'requests and readers on one, two and four gateways with one PostgreSQL',
    load: () => import('./replicas/replicas.js'),
  },
};

/** A benchmark that cannot measure does not stop the others. */
async function runAll(options: string[]): Promise<void> {
  const failures: unknown[] = [];
  for (const { load } of Object.values(COMPARISONS))
    await (await load()).run(options).catch((error: unknown) => failures.push(error));
  if (failures.length > 0) throw new AggregateError(failures);
}

const [name = '', ...args] = process.argv.slice(2);
const bench = Object.hasOwn(BENCHES, name) ? BENCHES[name] : undefined;
if (bench === undefined) {
  const list = Object.entries(BENCHES).map(([each, { about }]) => `  ${each.padEnd(10)} ${about}`);
  console.log(
    [name === '' ? 'Which one? npm run bench -- <name>' : `There is no ${name}. There are:`, '', ...list].join('\n'),
  );
  process.exit(name === '' ? 0 : 2);
}
const options = args.filter((arg) => arg !== '--write');
const toWrite = options.length < args.length;
if (toWrite && options.includes('--quick')) {
  console.error('--quick measures too little for the page: leave out --quick or --write');
  process.exit(2);
}
const beganAt = new Date();
let exitCode = 0;
try {
  await (await bench.load()).run(options);
} catch (error) {
  console.error(`${name} could not measure:`, error);
  exitCode = 1;
}
// The pages are written after a failure too, because the other benchmarks of `all` have results.
if (toWrite) writePages(beganAt);
process.exit(exitCode);
