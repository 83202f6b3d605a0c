/** A client of graphql-sse for `follow`, which subscribes again after each broken connection. */
import { createClient, type Client } from 'graphql-sse';
import { watchedFetch } from './watched-fetch.js';

export function connectSse(url: string, token: () => Promise<string>): Client {
  return createClient({
    url,
    headers: async () => ({ authorization: `Bearer ${await token()}` }),
    fetchFn: watchedFetch,
    // `follow` retries instead, because this client would also repeat a request that is refused for good.
    retryAttempts: 0,
  });
}
