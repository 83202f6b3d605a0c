/** Which Partner Central this gateway talks to: the built-in simulator, or AWS. Never silently another one than its data belong to. */
import { join } from 'node:path';
import { SECOND, type Clock } from './clock.js';
import type { Config } from './config.js';
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
  if (config.upstream.type === 'aws') {
    const { endpoint } = config.upstream;
    const partnerCentral = createPartnerCentral({ region: REGION, endpoint, credentials: null, clock, telemetry });
    const label = endpoint === null ? `AWS (${REGION})` : `AWS's protocol at ${endpoint}`;
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
    label: 'the built-in simulator: nothing reaches AWS',
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
 * @throws when they are another's: starts meant for the simulator would be sent to AWS
 */
async function claimData(db: Database, upstream: Config['upstream']): Promise<void> {
  const claimed = await db.sql.updateTable('log_head').set({ upstream: upstream.type }).where('upstream', 'in', ['', upstream.type]).executeTakeFirst();
  if (claimed.numUpdatedRows > 0n) return;
  throw new StartError(`The data in ${db.location} were written with ${refusedFor(upstream)}.`);
}

/** What the data are of, what this gateway is, and what to do about it. */
function refusedFor(upstream: Config['upstream']): string {
  const elsewhere = 'Use another DATA_DIR or DATABASE_URL for it, or set';
  if (upstream.type === 'simulator') return `UPSTREAM=aws. This gateway runs with UPSTREAM=simulator. ${elsewhere} UPSTREAM=aws`;
  const written = "UPSTREAM=simulator: their tasks are known to that gateway's built-in simulator only";
  if (upstream.endpoint === null) return `${written}. This gateway runs with UPSTREAM=aws. ${elsewhere} UPSTREAM=simulator`;
  return `${written}. This gateway runs with PARTNER_CENTRAL_ENDPOINT, which stands for AWS. ${elsewhere} UPSTREAM=simulator and leave PARTNER_CENTRAL_ENDPOINT out`;
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
