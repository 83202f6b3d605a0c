/** Calls to the gateway: requests over HTTP, and streams over one WebSocket, both at the origin of the page. */
import { connect, type LiveState } from './connection.js';
import { RequestFailed, failureOf, needsToken, unreachable } from './failure.js';
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

export function createApi(endpoint: URL, token: Token): Api {
  const connection = connect(endpoint.href.replace(/^http/, 'ws'), token);

  async function send(name: string, variables: object, authorization: string | null): Promise<unknown> {
    const response = await fetch(endpoint, {
      method: 'POST',
      headers: {
        accept: 'application/graphql-response+json, application/json',
        'content-type': 'application/json',
        ...(authorization === null ? {} : { authorization }),
      },
      body: JSON.stringify(payloadOf(name, variables)),
    }).catch(() => {
      throw unreachable();
    });
    // A proxy may answer in place of the gateway, and then not in JSON.
    const result = await response.json().catch(() => {
      throw new RequestFailed(`The gateway answered ${response.status}.`, null, response.status >= 500);
    });
    if (result.data) return result.data;
    throw failureOf(result.errors ?? []);
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
