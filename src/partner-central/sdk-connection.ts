/**
 * The SDK and its one client, loaded by the first call. Callers await `prepare` before they take a quota permit, so
 * that a permitted call is sent at once. Otherwise calls with permits would wait together, for the SDK to load or for
 * credentials to be renewed, then reach AWS together and be throttled.
 */
import type { PartnerCentralSellingClient } from '@aws-sdk/client-partnercentral-selling';
import { MINUTE, SECOND, type Clock } from '../runtime/clock.js';
import { cleanBody, readBounded } from './bounded-answer.js';
import { createCredentialsLog, type CredentialsLog } from './credentials.js';
import type { CallOptions, Sdk } from './task-operations.js';

const CONNECT_TIMEOUT_MS = 3 * SECOND;
/** After this time the call itself reports that there are no credentials. */
const PREPARE_TIMEOUT_MS = 10 * SECOND;
/** The SDK renews credentials that expire within this time before it sends the call. */
const RENEWED_BEFORE_MS = 5 * MINUTE;

/**
 * Overrides AWS_RETRY_MODE, AWS_MAX_ATTEMPTS and AWS_DEFAULTS_MODE. A wrong value there would fail each call, and a
 * retry by the SDK would spend quota without a permit.
 */
export const FIXED_CONFIG = { maxAttempts: 1, retryMode: 'standard', defaultsMode: 'standard' } as const;

export type ConnectionOptions = {
  readonly region: string;
  /** Another service that speaks the same protocol, for example the simulator; null for AWS. */
  readonly endpoint: string | null;
  /** Null for the SDK's usual search in the environment. */
  readonly credentials: SdkCredentials | (() => Promise<SdkCredentials>) | null;
  readonly clock: Clock;
  /** The products that calls name beside the SDK, as `name/version`. */
  readonly userAgent?: readonly string[];
};

type SdkCredentials = { readonly accessKeyId: string; readonly secretAccessKey: string; readonly expiration?: Date };

type Connected = { readonly sdk: Sdk; readonly client: PartnerCentralSellingClient };

export type Connection = {
  connect(): Promise<Connected>;
  /**
   * Resolves once the SDK is loaded and has valid credentials, so that a call is sent at once. It also resolves after
   * PREPARE_TIMEOUT_MS, on failure, and when `signal` aborts. It never rejects, because the call reports the failure.
   */
  prepare(signal?: AbortSignal): Promise<void>;
  /** The reason why the SDK last found no credentials; null when it gave none that helps an operator. */
  credentialsReason(): string | null;
  close(): void;
};

export function createConnection(options: ConnectionOptions): Connection {
  const { clock } = options;
  // The SDK's default destination of warnings.
  const credentialsLog = createCredentialsLog(console.warn);
  let connecting: Promise<Connected> | undefined;
  let preparedUntil = -Infinity;

  // The first call loads the SDK, because that takes longer than the rest of start-up.
  const connect = () => (connecting ??= load(options, credentialsLog));

  async function renew(): Promise<void> {
    const { client } = await connect();
    // The SDK caches credentials until they are about to expire.
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
    credentialsReason: () => credentialsLog.lastReason(),
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
    ...FIXED_CONFIG,
    region: options.region,
    customUserAgent: (options.userAgent ?? []).map((product): [string] => [product]),
    requestHandler: { connectionTimeout: CONNECT_TIMEOUT_MS },
    // The SDK refuses FIPS together with an endpoint, and dual-stack changes only AWS's own host name.
    ...(options.endpoint === null
      ? {}
      : { endpoint: options.endpoint, useFipsEndpoint: false, useDualstackEndpoint: false }),
    ...(options.credentials === null ? { logger: credentialsLog.logger } : { credentials: options.credentials }),
  });
  wrapHandler(client.config.requestHandler);
  return { sdk, client };
}

/**
 * Calls `onSend` when a request is sent, because only the handler receives the options of a call. Requests for
 * credentials go through the same handler without `onSend`. The handler bounds each answer before the SDK reads it. It
 * cleans only answers of Partner Central, because other answers hold credentials.
 */
function wrapHandler(handler: PartnerCentralSellingClient['config']['requestHandler']): void {
  const send = handler.handle.bind(handler);
  handler.handle = async (request, options: Partial<Pick<CallOptions, 'onSend' | 'onAnswer'>> = {}) => {
    options.onSend?.();
    const output = await send(request, options);
    const { body } = output.response;
    if (!isAsyncIterable(body)) return output;
    const bytes = await readBounded(body);
    output.response.body = options.onSend === undefined ? bytes : cleanBody(bytes);
    options.onAnswer?.(bytes);
    return output;
  };
}

function isAsyncIterable(body: unknown): body is AsyncIterable<unknown> {
  return typeof body === 'object' && body !== null && Symbol.asyncIterator in body;
}
