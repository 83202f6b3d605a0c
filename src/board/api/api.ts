/** Calls to the gateway: requests over HTTP, and streams over one WebSocket, both at the origin of the page. */
import { connect, type LiveState } from './connection.js';
import { RequestFailed, failureOf, needsToken, unreachable, type GraphqlError } from './failure.js';
import { follow, type Sink } from './follow.js';
import { payloadOf, type Requests, type Streams } from './operations.js';
import type { Token } from './token.js';
import type { Store } from '../parts/store.js';

export type Api = {
  /** @throws RequestFailed */
  request<N extends keyof Requests>(name: N, variables: Requests[N]['variables']): Promise<Requests[N]['data']>;
  /** @returns a callback that ends the stream */
  follow<N extends keyof Streams>(
    name: N,
    variables: Streams[N]['variables'],
    sink: Sink<Streams[N]['data']>,
  ): () => void;
  readonly live: Store<LiveState>;
  /** Connects now instead of after a wait. */
  hurry(): void;
  close(): void;
};

type Result = { readonly data?: unknown; readonly errors?: readonly GraphqlError[] };

/** The gateway answers earlier. A connection that is only half open never does. */
const SILENCE_MS = 60_000;

export function createApi(endpoint: URL, token: Token): Api {
  const connection = connect(endpoint.href.replace(/^http/, 'ws'), token);

  async function send(name: string, variables: object, authorization: string | null): Promise<unknown> {
    const body = JSON.stringify(payloadOf(name, variables));
    const silence = new AbortController();
    const timer = setTimeout(() => silence.abort(), SILENCE_MS);
    try {
      const response = await fetch(endpoint, {
        method: 'POST',
        headers: {
          accept: 'application/graphql-response+json, application/json',
          'content-type': 'application/json',
          ...(authorization === null ? {} : { authorization }),
        },
        body,
        signal: silence.signal,
      });
      // The connection may break in the middle of the answer.
      return dataIn(await response.text(), response.status);
    } catch (error) {
      throw error instanceof RequestFailed ? error : unreachable();
    } finally {
      clearTimeout(timer);
    }
  }

  return {
    async request(name, variables) {
      const authorization = await token.credentials();
      try {
        return (await send(name, variables, authorization)) as Requests[typeof name]['data'];
      } catch (error) {
        if (!(error instanceof RequestFailed) || !needsToken(error)) throw error;
        if (!(await token.renew(authorization, error.message))) throw error;
        return (await send(name, variables, await token.credentials())) as Requests[typeof name]['data'];
      }
    },
    follow(name, variables, sink) {
      // The schema defines what a stream of this name brings.
      return follow(connection.client, payloadOf(name, variables), sink as unknown as Sink<Record<string, unknown>>);
    },
    live: connection.state,
    hurry: () => connection.hurry(),
    close: () => connection.close(),
  };
}

function dataIn(text: string, status: number): unknown {
  const { data, errors = [] } = resultIn(text, status);
  if (!data) throw failureOf(errors);
  // Null without an error means that there is no such record. With an error it means that AWS was not read.
  const unread = errors.filter(({ path }) => path !== undefined && isRecord(path));
  if (unread.length > 0) throw failureOf(unread);
  return data;
}

/** True for the path of what a request asks for. Other parts may be missing, such as the total of a list. */
function isRecord(path: readonly (string | number)[]): boolean {
  return path.length === 1 || path.at(-1) === 'aws';
}

function resultIn(text: string, status: number): Result {
  try {
    return JSON.parse(text);
  } catch {
    // A proxy may answer in place of the gateway, and then not in JSON.
    throw new RequestFailed(`The gateway answered ${status}.`, null, status >= 500);
  }
}
