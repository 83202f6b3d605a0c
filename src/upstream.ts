/**
 * Chooses the Partner Central that this gateway calls: the built-in simulator, or AWS. A gateway never calls another
 * upstream than the one its data belong to.
 */
import { join } from 'node:path';
import { SECOND, type Clock } from './runtime/clock.js';
import type { Config } from './config/config.js';
import type { Database, Lease, Sql } from './db/database.js';
import { tablesWithOurNames, type StoreLocation } from './db/unrelated-tables.js';
import { isMigrationPending } from './db/migrate.js';
import { createPartnerCentral, type PartnerCentral } from './partner-central/client.js';
import { resolveEndpoint } from './partner-central/endpoint.js';
import type { Telemetry } from './runtime/telemetry.js';
import { VERSION } from './version.js';

/** The only region that serves this API. Other names resolve, and then fail at DNS or TLS. */
const REGION = 'us-east-1';
const AWS_ADDRESS = `https://partnercentral-selling.${REGION}.api.aws`;

/** AWS asks integrations to name themselves. */
const PRODUCT = `partner-central-gateway/${VERSION}`;

const SIMULATOR_LEASE = 'built-in simulator';
/** A lease outlives a dead process by this time, and a gateway drains within it. */
const ANOTHER_AFTER_MS = 15 * SECOND;
const ANOTHER =
  'Another gateway on this database has a built-in simulator too. Each simulator knows only its own tasks: ' +
  'if this gateway takes over, the tasks of the other stay IN_PROGRESS. ' +
  'To run several without AWS, share one simulator, with an empty database: npm run simulator, and ' +
  'PARTNER_CENTRAL_ENDPOINT=http://127.0.0.1:4100 for each of them.';

/** AWS's own host names for this API, also inside a VPC. A load balancer of AWS has another name. */
const HOST_OF_AWS = /(^|\.)partnercentral-selling(-fips)?\.[\w.-]+\.(api\.aws|amazonaws\.com)$/;

export type Upstream = {
  readonly name: 'AWS' | 'OTHER' | 'SIMULATOR';
  /** Description for people. */
  readonly label: string;
  readonly partnerCentral: PartnerCentral;
  close(): Promise<void>;
};

/** The address of calls, as the SDK resolves it. */
type Target = Pick<Upstream, 'name' | 'label'> & {
  /** Null to use the SDK's own choice, which is AWS. */
  readonly endpoint: string | null;
  /** The name under which the data are kept; the address for other services. */
  readonly owner: string;
  /** The settings that select this target. */
  readonly settings: string;
  /** The setting with which an address that is not AWS's own counts as AWS. */
  readonly toCountAsAws?: string;
};

export type UpstreamLink = {
  /**
   * Runs every check that can refuse, without a write to the database.
   * @throws when the data belong to another upstream. Starts for a simulator would go to AWS, and tasks would be looked
   * up where they are unknown.
   */
  prepare(sql: Sql, store: StoreLocation): Promise<void>;
  /** Marks the data as this upstream's, once. Call `prepare` first. */
  connect(db: Database): Promise<Upstream>;
  close(): Promise<void>;
};

export function linkUpstream(options: { config: Config; clock: Clock; telemetry: Telemetry }): UpstreamLink {
  const { config, clock, telemetry } = options;
  let prepared: { readonly target: Target; readonly upstream: Upstream } | null = null;
  let warning: { release(): Promise<void> } | null = null;
  let closed: Promise<void> | null = null;
  const close = () =>
    (closed ??= (async () => {
      await warning?.release();
      await prepared?.upstream.close();
    })());
  return {
    async prepare(sql, store) {
      // The check refuses tables that are not the gateway's.
      await isMigrationPending(sql, store);
      const tables = await tablesWithOurNames(sql, store.kind);
      const target = await targetOf(config.upstream, (message) => telemetry.log.warn(message));
      if (tables.includes('log_head')) assertOwner(target, await ownerIn(sql), store.location);
      prepared = { target, upstream: await createUpstream(target, options) };
    },
    async connect(db) {
      if (prepared === null) throw new Error('the upstream was not prepared');
      const { target, upstream } = prepared;
      await db.sql.updateTable('log_head').set({ upstream: target.owner }).where('upstream', '=', '').execute();
      // Another gateway may have been faster.
      assertOwner(target, await ownerIn(db.sql), db.location);
      if (config.upstream.type === 'simulator' && db.kind === 'postgres') warning = warnOfAnother(db, clock, telemetry);
      return { ...upstream, close };
    },
    close,
  };
}

async function createUpstream(
  target: Target,
  { config, clock, telemetry }: { config: Config; clock: Clock; telemetry: Telemetry },
): Promise<Upstream> {
  const userAgent = [PRODUCT, ...config.awsUserAgent];
  if (config.upstream.type !== 'simulator') {
    const { name, label, endpoint } = target;
    const partnerCentral = createPartnerCentral({
      region: REGION,
      endpoint,
      credentials: null,
      clock,
      telemetry,
      userAgent,
    });
    return { name, label, partnerCentral, close: () => Promise.resolve(partnerCentral.close()) };
  }
  // The simulator is loaded only when it is used, so that a gateway for AWS does not carry its code.
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
  const partnerCentral = createPartnerCentral({
    region: REGION,
    endpoint: simulator.endpoint,
    credentials,
    clock,
    telemetry,
    userAgent,
  });
  return {
    name: target.name,
    // People can read and change the simulator's records at this address.
    label: `${target.label} at ${simulator.endpoint}: nothing reaches AWS`,
    partnerCentral,
    async close() {
      partnerCentral.close();
      await simulator.close();
    },
  };
}

/** @throws when the SDK cannot resolve an address */
async function targetOf(upstream: Config['upstream'], warn: (message: string) => void): Promise<Target> {
  if (upstream.type === 'simulator') {
    return {
      name: 'SIMULATOR',
      label: 'the built-in simulator',
      endpoint: null,
      owner: 'simulator',
      settings: settingsOf('simulator'),
    };
  }
  if (upstream.type === 'other') {
    const { endpoint } = upstream;
    const owner = new URL(endpoint).origin;
    return {
      name: 'OTHER',
      label: `AWS's protocol at ${shown(endpoint)}`,
      endpoint,
      owner,
      settings: settingsOf(owner),
    };
  }
  const resolved = await resolveEndpoint(REGION, upstream.endpoint);
  switch (resolved.type) {
    case 'invalid':
      throw new StartError(
        `The SDK of AWS cannot resolve the endpoint: ${resolved.message}. Check PARTNER_CENTRAL_ENDPOINT, the ` +
          `variables that begin with AWS_ and the profile (AWS_PROFILE), above all AWS_ENDPOINT_URL or endpoint_url.`,
      );
    case 'aws': {
      const { address } = resolved;
      const label = address === AWS_ADDRESS ? `AWS (${REGION})` : `AWS (${REGION}) at ${address}`;
      return { name: 'AWS', label, endpoint: null, owner: 'aws', settings: settingsOf('aws') };
    }
    case 'configured': {
      const { address } = resolved;
      if (resolved.overrulesFips) {
        warn(
          `AWS_USE_FIPS_ENDPOINT, or use_fips_endpoint of the profile, has no effect: calls go to ${address}, and ` +
            `the SDK has FIPS only for AWS's own addresses.`,
        );
      }
      const shownEndpoint =
        upstream.endpoint === null
          ? `${address} (AWS_ENDPOINT_URL, or endpoint_url of the profile)`
          : shown(upstream.endpoint);
      // PARTNER_CENTRAL_ENDPOINT beside UPSTREAM=aws is the operator's statement that the address is AWS.
      // AWS_ENDPOINT_URL applies to all services of AWS, and may lead to a stand-in.
      const isAws = upstream.endpoint !== null || HOST_OF_AWS.test(new URL(address).hostname);
      if (isAws)
        return {
          name: 'AWS',
          label: `AWS (${REGION}) by way of ${shownEndpoint}`,
          endpoint: address,
          owner: 'aws',
          settings: settingsOf('aws'),
        };
      warn(
        `UPSTREAM is aws, and calls go to ${shownEndpoint}. If that leads to AWS, set PARTNER_CENTRAL_ENDPOINT=${address} ` +
          `beside it; else the data are kept apart from AWS's.`,
      );
      return {
        name: 'OTHER',
        label: `AWS's protocol at ${shownEndpoint}`,
        endpoint: address,
        owner: new URL(address).origin,
        settings: `UPSTREAM=aws by way of ${shownEndpoint}`,
        toCountAsAws: `PARTNER_CENTRAL_ENDPOINT=${address}`,
      };
    }
    default:
      return resolved satisfies never;
  }
}

/** Leaves out the parts that may be secret. */
function shown(endpoint: string): string {
  const { origin, pathname } = new URL(endpoint);
  return pathname === '/' ? origin : `${origin}${pathname}`;
}

/** Empty for data that no gateway has used yet. */
async function ownerIn(sql: Sql): Promise<string> {
  const head = await sql.selectFrom('log_head').select('upstream').executeTakeFirst();
  return head?.upstream ?? '';
}

function assertOwner({ owner, settings, toCountAsAws }: Target, earlier: string, location: string): void {
  if (earlier === '' || earlier === owner) return;
  const remedy =
    earlier === 'aws' && toCountAsAws !== undefined
      ? `set ${toCountAsAws} beside UPSTREAM=aws if that leads to AWS`
      : `set ${settingsOf(earlier)} again`;
  throw new StartError(
    `The data in ${location} were written with ${settingsOf(earlier)}, and their tasks are known there only. This ` +
      `gateway runs with ${settings}. ` +
      `Use another DATA_DIR or DATABASE_URL for it, or ${remedy}.`,
  );
}

function settingsOf(owner: string): string {
  return owner === 'aws' || owner === 'simulator' ? `UPSTREAM=${owner}` : `PARTNER_CENTRAL_ENDPOINT=${owner}`;
}

/**
 * Warns when another gateway with a built-in simulator uses this database. Each simulator knows only its own tasks, so
 * a new leader cannot find those of the other.
 */
function warnOfAnother(db: Database, clock: Clock, telemetry: Telemetry): { release(): Promise<void> } {
  const closing = new AbortController();
  let lease: Lease | null = null;
  const leasing = db.lease(SIMULATOR_LEASE, closing.signal).then(
    (held) => {
      lease = held;
    },
    // The promise rejects when the wait is aborted.
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

/** The reason why the gateway cannot start, for the operator. */
export class StartError extends Error {
  override readonly name = 'StartError';
}
