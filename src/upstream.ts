/** Which Partner Central this gateway talks to: the built-in simulator, or AWS. Never silently another one than its data belong to. */
import { join } from 'node:path';
import type { Clock } from './clock.js';
import type { Config } from './config.js';
import type { Database } from './db/database.js';
import { createPartnerCentral, type PartnerCentral } from './partner-central/client.js';
import type { Telemetry } from './telemetry.js';

/** The only region that serves this API; others resolve and then fail at DNS or TLS. */
const REGION = 'us-east-1';

export type Upstream = {
  readonly name: 'AWS' | 'SIMULATOR';
  /** For a person. */
  readonly label: string;
  readonly partnerCentral: PartnerCentral;
  close(): Promise<void>;
};

export async function connectUpstream(options: { config: Config; db: Database; clock: Clock; telemetry: Telemetry }): Promise<Upstream> {
  const { config, db, clock, telemetry } = options;
  await claimData(db, config.upstream.type);
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
  const credentials = { accessKeyId: 'simulator', secretAccessKey: 'simulator' };
  const partnerCentral = createPartnerCentral({ region: REGION, endpoint: simulator.endpoint, credentials, clock, telemetry });
  return {
    name: 'SIMULATOR',
    label: 'the built-in simulator: nothing reaches AWS',
    partnerCentral,
    async close() {
      partnerCentral.close();
      await simulator.close();
    },
  };
}

/**
 * Marks the data as this upstream's, once.
 * @throws when they are another's: starts meant for the simulator would be sent to AWS
 */
async function claimData(db: Database, upstream: 'simulator' | 'aws'): Promise<void> {
  const claimed = await db.sql.updateTable('log_head').set({ upstream }).where('upstream', 'in', ['', upstream]).executeTakeFirst();
  if (claimed.numUpdatedRows > 0n) return;
  const other = upstream === 'aws' ? 'simulator' : 'aws';
  throw new StartError(
    `The data in ${db.location} were written with UPSTREAM=${other}, and this gateway runs with UPSTREAM=${upstream}. Use another DATA_DIR or DATABASE_URL for it, or set UPSTREAM=${other}.`,
  );
}

/** Why the gateway cannot start, in words for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
