/** A client of urql that sends queries and mutations by fetch, and follows streams over a WebSocket. */
import { Client, cacheExchange, fetchExchange, subscriptionExchange, type Exchange } from '@urql/core';
import { follow, type StreamClient } from './follow.js';

/**
 * @param streams from `connectWebSocket` or `connectSse`
 * @param persisted for example the `persistedExchange` of urql
 */
export function createUrqlClient(
  url: string,
  token: () => Promise<string>,
  streams: StreamClient,
  ...persisted: readonly Exchange[]
): Client {
  return new Client({
    url,
    preferGetMethod: false,
    fetch: async (input, init) => {
      const headers = new Headers(init?.headers);
      headers.set('authorization', `Bearer ${await token()}`);
      return fetch(input, { ...init, headers });
    },
    exchanges: [
      cacheExchange,
      ...persisted,
      fetchExchange,
      subscriptionExchange({
        forwardSubscription: ({ query = '', variables = {}, extensions = {} }) => ({
          subscribe: (sink) => ({ unsubscribe: follow(streams, { query, variables, extensions }, sink) }),
        }),
      }),
    ],
  });
}
