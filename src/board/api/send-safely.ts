/**
 * Sends a request until its outcome is known. Each mutation of the gateway can be repeated too: a start has a client
 * token, and a task is retried once. A lost answer is therefore no reason to ask the person.
 */
import type { Api } from './api.js';
import { asFailure, type RequestFailed } from './failure.js';
import type { Requests } from './operations.js';
import { waitFor } from './wait.js';

/** @param waiting called before each wait, with the reason for it */
export async function sendSafely<N extends keyof Requests>(
  api: Api,
  name: N,
  variables: Requests[N]['variables'],
  waiting: (failure: RequestFailed) => void,
): Promise<Requests[N]['data']> {
  for (let retries = 0; ; retries += 1) {
    try {
      return await api.request(name, variables);
    } catch (error) {
      const failure = asFailure(error);
      if (!failure.passes) throw failure;
      waiting(failure);
      await new Promise((resolve) => setTimeout(resolve, waitFor(failure, retries)));
    }
  }
}
