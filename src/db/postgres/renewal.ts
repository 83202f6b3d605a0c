/**
 * Decides which connections of the pool are still used. All are renewed for one of two reasons. A new connection leads
 * to another server than the last one did, as after a failover. Or the server refuses: it may serve on a new
 * connection, and on none that was made before.
 */
import type { ClientBase } from 'pg';
import { SECOND } from '../../runtime/clock.js';

/** While a server refuses, its connections are renewed at most once in this time, so that readers keep theirs. */
const RENEWAL_MS = SECOND;

export type Renewal = {
  /** A connection was made, and leads to this server. */
  made(client: ClientBase, server: string): void;
  isCurrent(client: ClientBase): boolean;
  /** False once a newer connection leads to another server. */
  leadsTo(server: string): boolean;
  /** @param at monotonic time */
  refused(at: number): void;
};

export function createRenewal(): Renewal {
  const generationOf = new WeakMap<ClientBase, number>();
  let current = 0;
  let latest = '';
  let refusedAt = -Infinity;
  return {
    made(client, server) {
      if (server !== latest) current += 1;
      latest = server;
      generationOf.set(client, current);
    },
    isCurrent: (client) => (generationOf.get(client) ?? current) === current,
    leadsTo: (server) => server === latest,
    refused(at) {
      if (at - refusedAt < RENEWAL_MS) return;
      refusedAt = at;
      current += 1;
    },
  };
}
