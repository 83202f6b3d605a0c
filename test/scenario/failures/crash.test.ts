/**
 * Kills a gateway process again and again, by itself at each named step or from outside at random. A client works with
 * it all the time, and AWS (the simulator, a process of its own) stays up. CRASH_STEPS=all adds a kill at each read,
 * CRASH_KILLS sets the number of random kills, and CRASH_SEED repeats a run.
 */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createRandom } from '../../support/fakes/random.js';
import {
  dieAtEachStepOfAProcess,
  dieAtEachStepOfAStart,
  dieAtRandom,
  type Chain,
} from '../../support/crash/crash-chains.js';
import { bundleGateway, createRestartableGateway, spawnSimulator } from '../../support/crash/restartable-gateway.js';
import { createPatientClient } from '../../support/crash/crash-client.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';

const ALL = process.env['CRASH_STEPS'] === 'all';
const KILLS = Number(process.env['CRASH_KILLS'] ?? 4);
const SEED = Number(process.env['CRASH_SEED'] ?? Date.now() % 1_000_000);
/** The steps at which a start, an attempt, an answer or a transition could be lost. */
const MUST = [
  'before the commit of insert tasks, insert transitions, update log_head (1)',
  'after the commit of insert tasks, insert transitions, update log_head (1)',
  'before the commit of insert quota_calls, insert quota_totals, update quota_totals, update tasks (1)',
  'after the commit of insert quota_calls, insert quota_totals, update quota_totals, update tasks (1)',
  'before the Start at AWS (1)',
  'after the Start at AWS (1)',
  'before the commit of insert transitions, update log_head, update tasks (1)',
  'after the commit of insert transitions, update log_head, update tasks (1)',
  'before the List at AWS (1)',
  'after the List at AWS (1)',
  'before the commit of insert transitions, update log_head, update tasks (2)',
  'after the commit of insert transitions, update log_head, update tasks (2)',
  'before select transitions by task_id, position (1)',
  'after select transitions by task_id, position (1)',
];
/** Two chains run at once, because most of their time is the start of processes. */
const CHAINS = [1, 2];
const LONG = 20 * 60_000;

let endpoint: string;
let postgres: Postgres;
beforeAll(async () => {
  bundleGateway();
  const [simulator, server] = await Promise.all([spawnSimulator(), startPostgres()]);
  postgres = server;
  whenDone(() => server.stop());
  endpoint = simulator.endpoint;
});

let names = 1;
const ON: readonly [string, () => Promise<Chain>][] = [
  [
    'SQLite',
    async () => ({
      name: (names += 1),
      env: {
        ...(ALL ? { CRASH_STEPS: 'all' } : {}),
        PARTNER_CENTRAL_ENDPOINT: endpoint,
        DATA_DIR: temporaryDirectory(),
      },
    }),
  ],
  [
    'PostgreSQL',
    async () => ({
      name: (names += 1),
      env: {
        ...(ALL ? { CRASH_STEPS: 'all' } : {}),
        PARTNER_CENTRAL_ENDPOINT: endpoint,
        DATABASE_URL: await postgres.createDatabase(),
      },
    }),
  ],
];

describe.each(ON)('A killed gateway on %s', (where, chain) => {
  test(
    'a gateway killed at each step of a start in turn ends it once, without a gap or a repeat for subscribers',
    async () => {
      const diedAt = new Set<string>();
      await Promise.all(CHAINS.map(async () => dieAtEachStepOfAStart(await chain(), diedAt)));
      report(`${where}, of a start`, diedAt);
      expect([...diedAt]).toEqual(expect.arrayContaining(MUST));
    },
    LONG,
  );

  // The steps on PostgreSQL include those on SQLite.
  (where === 'SQLite' && !ALL ? test.skip : test)(
    'a gateway killed at each step of its run in turn, mostly during recovery, ends every start once',
    async () => {
      const diedAt = new Set<string>();
      await Promise.all(CHAINS.map(async () => dieAtEachStepOfAProcess(await chain(), diedAt)));
      report(`${where}, of a life`, diedAt);
      expect(diedAt.size).toBeGreaterThan(10);
      // A start that a kill interrupts is sent from the queue.
      const fromQueue = (when: string) =>
        expect.stringMatching(
          new RegExp(
            `^${when} the commit of insert quota_calls, insert quota_totals, update quota_totals, update tasks`,
          ),
        );
      expect([...diedAt]).toEqual(expect.arrayContaining([fromQueue('before'), fromQueue('after')]));
    },
    LONG,
  );

  test(
    `a gateway killed ${KILLS} times at random amid several starts ends each of them once (seed ${SEED})`,
    async () => {
      const { starts, atBoot } = await dieAtRandom(await chain(), KILLS, createRandom(SEED, 'killer'));
      process.stderr.write(
        `${where}, at random: seed ${SEED}, ${KILLS} kills (${atBoot} while it started), ${starts} starts\n`,
      );
      expect(starts).toBeGreaterThan(0);
    },
    LONG,
  );

  test(
    'an acknowledged start survives a kill at the moment of the acknowledgement',
    async () => {
      const { env } = await chain();
      const gateway = createRestartableGateway({ START_WAIT_MS: '0', ...env });
      const client = createPatientClient(() => gateway.url());
      const child = await gateway.start();
      const { id } = await client.start('O7000001', 'acknowledged');
      child.kill();
      await child.ended;
      const next = await gateway.start();
      expect(await client.request('query($id: ID!) { task(id: $id) { id clientToken } }', { id })).toEqual({
        task: { id, clientToken: 'acknowledged' },
      });
      expect((await client.follow(id)).at(-1)?.status).toBe('COMPLETE');
      next.kill();
      await next.ended;
    },
    LONG,
  );
});

function report(where: string, diedAt: ReadonlySet<string>): void {
  process.stderr.write(`${where}: died at ${diedAt.size} steps\n${[...diedAt].map((step) => `  ${step}\n`).join('')}`);
}
