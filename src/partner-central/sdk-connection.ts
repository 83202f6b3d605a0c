/**
 * The SDK and its one client, loaded when they are first needed, and whether a call that is made now leaves at once. Whoever takes a permission
 * from the quota sees to that first: calls that were permitted one by one and then waited together, for the SDK to load or for credentials to be
 * renewed, would reach AWS together and be throttled.
 */
import type { PartnerCentralSellingClient } from '@aws-sdk/client-partnercentral-selling';
import { MINUTE, SECOND, type Clock } from '../runtime/clock.js';
import { cleanBody, readBounded } from './bounded-answer.js';
import { createCredentialsLog, type CredentialsLog } from './credentials.js';
import type { CallOptions, Sdk } from './task-operations.js';

const CONNECT_TIMEOUT_MS = 3 * SECOND;
/** Credentials that come no sooner than this are the call's to complain of. */
const PREPARE_TIMEOUT_MS = 10 * SECOND;
/** The SDK takes credentials for expired that are this near to it, and renews them before the call. */
const RENEWED_BEFORE_MS = 5 * MINUTE;

/**
 * The environment has no say in these (AWS_RETRY_MODE, AWS_MAX_ATTEMPTS, AWS_DEFAULTS_MODE). A wrong value there would fail each call, and a retry would
 * spend quota that is not counted.
 */
export const FIXED = { maxAttempts: 1, retryMode: 'standard', defaultsMode: 'standard' } as const;

export type ConnectionOptions = {
  readonly region: string;
  /** Another service that speaks the same protocol, for example the simulator; null for AWS. */
  readonly endpoint: string | null;
  /** Null for what the SDK finds in the environment, as usual. */
  readonly credentials: SdkCredentials | (() => Promise<SdkCredentials>) | null;
  readonly clock: Clock;
};

type SdkCredentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly expiration?: Date };

type Connected = { readonly sdk: Sdk; readonly client: PartnerCentralSellingClient };

export type Connection = {
  connect(): Promise<Connected>;
  /**
   * Resolves when a call would leave at once, as far as that depends on the SDK and on credentials that last; else after PREPARE_TIMEOUT_MS, when
   * there are none to be had, or when `signal` aborts. Never rejects: what is wrong is for the call to say.
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /** What the SDK said of the credentials that it did not find last; null when it said nothing worth hearing. */
  saidOfCredentials(): string | null;
  close(): void;
};

export function createConnection(options: ConnectionOptions): Connection {
  const { clock } = options;
  // Where they go without a log.
  const credentialsLog = createCredentialsLog(console.warn);
  let connecting: Promise<Connected> | undefined;
  let preparedUntil = -Infinity;

  // Loading the SDK takes longer than all the rest of start-up: it waits for the first call.
  const connect = () => (connecting ??= load(options, credentialsLog));

  async function renew(): Promise<void> {
    const { client } = await connect();
    // Remembered by the SDK, which asks for them again only when they are about to expire.
    const { expiration } = await client.config.credentials();
    preparedUntil = expiration === undefined ? Infinity : expiration.getTime() - RENEWED_BEFORE_MS;
  }

  return {
    connect,
    async prepare(signal) {
      if (clock.now() < preparedUntil) return;
      const over = new AbortController();
      const end = () => over.abort('over');
      signal?.addEventListener('abort', end);
      if (signal?.aborted === true) end();
      void renew().then(end, end);
      await clock.sleep(PREPARE_TIMEOUT_MS, over.signal);
      signal?.removeEventListener('abort', end);
    },
    saidOfCredentials: () => credentialsLog.said(),
    close() {
      connecting?.then(
        ({ client }) => client.destroy(),
        () => {},
      );
    },
  };
}

async function load(options: ConnectionOptions, credentialsLog: CredentialsLog): Promise<Connected> {
  const sdk = await import('@aws-sdk/client-partnercentral-selling');
  const client = new sdk.PartnerCentralSellingClient({
    ...FIXED,
    region: options.region,
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
    // The SDK refuses FIPS beside an endpoint, and dual-stack is a variant of AWS's own name.
    ...(options.endpoint === null
      ? {}
      : { endpoint: options.endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
    ...(options.credentials === null ? { logger: credentialsLog.logger } : { credentials: options.credentials }),
  });
  guard(client.config.requestHandler);
  return { sdk, client };
}

/**
 * Tells each call when its own request leaves, because only the handler gets a call's options. The SDK's requests for credentials go through the same
 * handler without `leave`. The handler bounds every answer before the SDK reads it. It cleans only the texts of Partner Central, because other answers
 * hold credentials.
 */
function guard(handler: PartnerCentralSellingClient['config']['requestHandler']): void {
  const send = handler.handle.bind(handler);
  handler.handle = async (request, options: Partial<Pick<CallOptions, 'leave'>> = {}) => {
    options.leave?.();
    const output = await send(request, options);
    const { body } = output.response;
    if (!isAsyncIterable(body)) return output;
    const bytes = await readBounded(body);
    output.response.body = options.leave === undefined ? bytes : cleanBody(bytes);
    return output;
  };
}

function isAsyncIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
