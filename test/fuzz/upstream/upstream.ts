/**
 * Attacks a gateway as AWS, or as a proxy before it: every kind of call gets broken answers of the model. Half of the
 * inputs meet a gateway on SQLite, half one on PostgreSQL.
 */
import { fork, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import { systemClock } from '../../../src/runtime/clock.js';
import { hurriedClock } from '../../support/fakes/chaos-clock.js';
import { startPostgres } from '../../support/programs/postgres.js';
import { createRandom, type Random } from '../../support/fakes/random.js';
import type { Campaign, CampaignOptions, CampaignResult } from '../campaign.js';
import { createClient, fateOf, type Client } from './upstream-client.js';
import type { Order, Ready, Report } from './upstream-gateway.js';
import { openWorld, type World } from './upstream-world.js';

const SPEED = 10;
const FATES = ['healthy', 'healthy', 'unlucky', 'unlucky', 'unlucky', 'doomed'] as const;
/** The number of concurrent clients, and of concurrent starts. */
const CLIENTS = 16;
const MAX_STARTS_UNDER_WAY = 200;
/** The time within which all starts must end after answers are intact again. */
const SETTLES_WITHIN_MS = 120_000;
/** The descriptors that a gateway keeps in pools and idle connections. */
const KEPT_DESCRIPTORS = 15;

export const upstreamCampaign: Campaign = async (options) => {
  const { inputs, seed } = options;
  const postgres = await startPostgres();
  try {
    const half = { ...options, inputs: Math.ceil(inputs / 2) };
    const onSqlite = await attack('SQLite', { DATA_DIR: ':memory:' }, half);
    const database = await postgres.createDatabase();
    const onPostgres = await attack(
      'PostgreSQL',
      { DATABASE_URL: database, SUBMIT_RETRY_MS: '10000' },
      { ...half, seed: seed + 1 },
    );
    return {
      inputs: onSqlite.inputs + onPostgres.inputs,
      failures: [...onSqlite.failures, ...onPostgres.failures],
      figures: { ...onSqlite.figures, ...onPostgres.figures },
    };
  } finally {
    await postgres.stop();
  }
};

async function attack(
  name: string,
  settings: Record<string, string>,
  options: CampaignOptions,
): Promise<CampaignResult> {
  const { seed } = options;
  const begun = Date.now();
  const failures: string[] = [];
  const fail = (sentence: string): void => void failures.push(`${name}, seed ${seed}: ${sentence}`);
  const world = await openWorld({
    clock: settings['DATABASE_URL'] === undefined ? hurriedClock(SPEED, begun) : systemClock,
    seed,
    fateOf,
  });
  const gateway = await startGateway({
    ...settings,
    PARTNER_CENTRAL_ENDPOINT: world.endpoint,
    FUZZ_BEGUN: String(begun),
    FUZZ_SPEED: String(SPEED),
  });
  const client = createClient(gateway.url, fail);
  try {
    const before = await gateway.report();
    const random = createRandom(seed, 'clients');
    await Promise.all(Array.from({ length: CLIENTS }, () => act(client, world, random, options)));
    const underAttack = client.healthyEndedMs();
    world.heal();
    await waitForEnds(client, gateway);
    for (const sentence of await client.wrongEnds(world.simulator.tasks())) fail(sentence);
    client.close();
    const after = await gateway.report();
    for (const { from, to } of after.stalls) {
      const answers = world
        .brokenBetween(from - 200, to)
        .slice(-5)
        .join('; ');
      fail(`The event loop stood still for ${to - from} ms, about when these were answered: ${answers}.`);
    }
    for (const error of new Set(after.unexpected)) fail(`An error was not expected: ${error}`);
    const left = await leftOver(gateway, world, before);
    if (left !== null) fail(left);
    const figures = {
      starts: client.startCount(),
      ...client.ends(),
      'longest stall ms': after.longestStallMs,
      'healthy p99 ms': underAttack,
      'rss MB': after.rssMb,
    };
    options.say(`${name}: ${world.brokenCount()} broken answers`);
    return {
      inputs: world.brokenCount(),
      failures,
      figures: Object.fromEntries(Object.entries(figures).map(([label, value]) => [`${name} ${label}`, value])),
    };
  } catch (error) {
    const answers = world
      .brokenBetween(Date.now() - 2000, Date.now())
      .slice(-10)
      .join('; ');
    fail(`${String(error)} The last answers: ${answers}.`);
    return { inputs: world.brokenCount(), failures, figures: {} };
  } finally {
    client.close();
    const ended = await gateway.stop();
    if (ended !== '') failures.push(`${name}, seed ${seed}: The gateway did not stop as it should: ${ended}`);
    await world.close();
  }
}

/** Runs one client until the given number of answers has been broken. */
async function act(client: Client, world: World, random: Random, options: CampaignOptions): Promise<void> {
  while (world.brokenCount() < options.inputs) {
    if (random.chance(0.15) && client.underWay() < MAX_STARTS_UNDER_WAY) await client.start(random, random.pick(FATES));
    else await client.ask(random);
  }
}

async function waitForEnds(client: Client, gateway: GatewayProcess): Promise<void> {
  const until = Date.now() + SETTLES_WITHIN_MS;
  while (client.underWay() > 0 && Date.now() < until) {
    if (gateway.hasEnded()) throw new Error(`The gateway ended: ${await gateway.stop()}`);
    await pause(200);
    await client.refresh();
  }
}

/** Names the connections and descriptors that remain when all starts have ended, or returns null. */
async function leftOver(gateway: GatewayProcess, world: World, before: Report): Promise<string | null> {
  let connections = 0;
  let descriptors = 0;
  for (let tries = 0; tries < 50; tries += 1) {
    connections = await world.connections();
    ({ descriptors } = await gateway.report());
    if (connections === 0 && descriptors <= before.descriptors + KEPT_DESCRIPTORS) return null;
    await pause(200);
  }
  return `${connections} connections to AWS and ${descriptors - before.descriptors} descriptors are left over.`;
}

type GatewayProcess = {
  readonly url: string;
  report(): Promise<Report>;
  hasEnded(): boolean;
  /** Describes a wrong end of the process; '' after a right one. */
  stop(): Promise<string>;
};

async function startGateway(settings: Record<string, string>): Promise<GatewayProcess> {
  const child = fork(new URL('./upstream-gateway.js', import.meta.url), {
    env: { ...QUICK, PATH: process.env['PATH'], ...settings },
    execArgv: ['--enable-source-maps'],
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  const said = Promise.all(
    [child.stdout, child.stderr].map(async (stream) => (stream === null ? '' : text(stream))),
  ).then((parts) => parts.join(''));
  const ended = once(child, 'exit');
  const { url } = await answerOf<Ready>(child, ended, said);
  return {
    url,
    report() {
      child.send({ type: 'report' } satisfies Order);
      return answerOf<Report>(child, ended, said);
    },
    hasEnded: () => child.exitCode !== null || child.signalCode !== null,
    async stop() {
      if (child.connected) child.send({ type: 'stop' } satisfies Order);
      const tooLate = setTimeout(() => child.kill('SIGKILL'), 20_000);
      const [code, signal]: unknown[] = await ended;
      clearTimeout(tooLate);
      const words = await said;
      return code === 0 && words === ''
        ? ''
        : `code ${String(code)}, signal ${String(signal)}. ${words.slice(0, 3000)}`;
    },
  };
}

const QUICK = {
  PORT: '0',
  LOG_LEVEL: 'silent',
  DRAIN_MS: '0',
  START_WAIT_MS: '0',
  POLL_MIN_MS: '500',
  POLL_MAX_MS: '5000',
  SUBMIT_RETRY_MS: '60000',
  DISCOVER: 'on',
  READS_PER_SECOND: '200',
  WRITES_PER_SECOND: '50',
  READS_PER_DAY: '10000000',
  WRITES_PER_DAY: '10000000',
  AWS_ACCESS_KEY_ID: 'test',
  AWS_SECRET_ACCESS_KEY: 'test',
  AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true',
};

/** Returns the next message, or rejects if the process ends before it. */
async function answerOf<T>(child: ChildProcess, ended: Promise<unknown>, said: Promise<string>): Promise<T> {
  const died = ended.then(async () => Promise.reject(new Error(`The gateway ended: ${(await said).slice(0, 3000)}`)));
  // The process also ends after this answer. The caller must not receive that rejection.
  died.catch(() => {});
  const [message] = await Promise.race([once(child, 'message'), died]);
  return message;
}
