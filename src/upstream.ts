/** Which Partner Central this gateway talks to: the built-in simulator, or AWS. Never silently another one than its data belong to. */
import { join } from 'node:path';
import { SECOND, type Clock } from './clock.js';
import type { Config } from './config/config.js';
import type { Database, Lease } from './db/database.js';
import { createPartnerCentral, type PartnerCentral } from './partner-central/client.js';
import type { Telemetry } from './telemetry.js';

/** The only region that serves this API; others resolve and then fail at DNS or TLS. */
const REGION = 'us-east-1';

const SIMULATOR_LEASE = 'built-in simulator';
/** As long as a lease outlives a process that died, and a gateway takes to drain. */
const ANOTHER_AFTER_MS = 15 * SECOND;
const ANOTHER =
  'Another gateway on this database has a built-in simulator too. Each knows its own tasks only: when this gateway takes over, those of the other stay IN_PROGRESS for ever. ' +
  'To run several without AWS, share one simulator, with an empty database: npm run simulator, and PARTNER_CENTRAL_ENDPOINT=http://127.0.0.1:4100 for each of them.';

export type Upstream = {
  readonly name: 'AWS' | 'SIMULATOR';
  /** For a person. */
  readonly label: string;
  readonly partnerCentral: PartnerCentral;
  close(): Promise<void>;
};

export async function connectUpstream(options: { config: Config; db: Database; clock: Clock; telemetry: Telemetry }): Promise<Upstream> {
  const { config, db, clock, telemetry } = options;
  await claimData(db, config.upstream);
  if (config.upstream.type !== 'simulator') {
    const { type, endpoint } = config.upstream;
    const partnerCentral = createPartnerCentral({ region: REGION, endpoint, credentials: null, clock, telemetry });
    const label = endpoint === null ? `AWS (${REGION})` : type === 'aws' ? `AWS (${REGION}) by way of ${endpoint}` : `AWS's protocol at ${endpoint}`;
    return { name: 'AWS', label, partnerCentral, close: () => Promise.resolve(partnerCentral.close()) };
  }
  // Loaded only when it is used: the real thing carries none of the pretend one.
  const { createSimulator } = await import('./partner-central/simulator/simulator.js');
  const simulator = await createSimulator({
    clock,
    journal: config.dataDir === ':memory:' ? undefined : join(config.dataDir, 'simulator.jsonl'),
    readsPerSecond: config.reads.perSecond,
    readsPerDay: config.reads.perDay,
    writesPerSecond: config.writes.perSecond,
    writesPerDay: config.writes.perDay,
  });
  const lease = db.kind === 'postgres' ? warnOfAnother(db, clock, telemetry) : null;
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const partnerCentral = createPartnerCentral({ region: REGION, endpoint: simulator.endpoint, credentials, clock, telemetry });
  return {
    name: 'SIMULATOR',
    // Its records can be read and changed there.
    label: `the built-in simulator at ${simulator.endpoint}: nothing reaches AWS`,
    partnerCentral,
    async close() {
      partnerCentral.close();
      await lease?.release();
      await simulator.close();
    },
  };
}

/**
 * Marks the data as this upstream's, once.
 * @throws when they are another's: starts meant for a simulator would be sent to AWS, and tasks be asked for where nobody knows them
 */
async function claimData(db: Database, upstream: Config['upstream']): Promise<void> {
  const owner = ownerOf(upstream);
  await db.sql.updateTable('log_head').set({ upstream: owner }).where('upstream', '=', '').execute();
  const { upstream: claimed } = await db.sql.selectFrom('log_head').select('upstream').executeTakeFirstOrThrow();
  if (claimed === owner) return;
  throw new StartError(
    `The data in ${db.location} were written with ${settingsOf(claimed)}, and their tasks are known there only. This gateway runs with ${settingsOf(owner)}. ` +
      `Use another DATA_DIR or DATABASE_URL for it, or set ${settingsOf(claimed)} again.`,
  );
}

/** Under which name data are kept for an upstream: a service of its own by its address. */
function ownerOf(upstream: Config['upstream']): string {
  return upstream.type === 'other' ? new URL(upstream.endpoint).origin : upstream.type;
}

function settingsOf(owner: string): string {
  return owner === 'aws' || owner === 'simulator' ? `UPSTREAM=${owner}` : `PARTNER_CENTRAL_ENDPOINT=${owner}`;
}

/**
 * Says so when another gateway with a built-in simulator is at work on this database: each simulator knows its own tasks only, so that whoever takes
 * over asks in vain for those of the other.
 */
function warnOfAnother(db: Database, clock: Clock, telemetry: Telemetry): { release(): Promise<void> } {
  const closing = new AbortController();
  let lease: Lease | null = null;
  const leasing = db.lease(SIMULATOR_LEASE, closing.signal).then(
    (held) => {
      lease = held;
    },
    // It rejects when it is given up.
    () => {},
  );
  void clock.sleep(ANOTHER_AFTER_MS, closing.signal).then(() => {
    if (lease === null && !closing.signal.aborted) telemetry.log.warn(ANOTHER);
  });
  return {
    async release() {
      closing.abort('closing');
      await leasing;
      await lease?.release();
    },
  };
}

/** Why the gateway cannot start, in words for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
