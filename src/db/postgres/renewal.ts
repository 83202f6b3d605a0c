/**
 * Decides which connections of the pool are still used. All are replaced in two cases. A new connection leads to
 * another server than the previous one, as after a failover. Or the server refuses statements: it may accept a new
 * connection and refuse every earlier one. The first write after a refusal replaces the others once more, because a
 * connection that has only read since then may still refuse to write.
 */
import type { ClientBase } from 'pg';
import { SECOND } from '../../runtime/clock.js';
import { createListeners } from '../listeners.js';

/** The connections to a refusing server are replaced at most once in this time, so that readers keep theirs. */
const RENEWAL_MS = SECOND;

export type Renewal = {
  /** Records a new connection and the server that it leads to. */
  made(client: ClientBase, server: string): void;
  isCurrent(client: ClientBase): boolean;
  /** False once a newer connection leads to another server. */
  leadsTo(server: string): boolean;
  /** Calls `onOtherServer` for each connection that leads to another server than the one before. */
  listen(onOtherServer: () => void): void;
  /** @param at monotonic time */
  refused(client: ClientBase, at: number): void;
  written(client: ClientBase): void;
};

export function createRenewal(): Renewal {
  const generationOf = new WeakMap<ClientBase, number>();
  const listeners = createListeners<void>();
  let current = 0;
  let latest = '';
  let refusedAt = -Infinity;
  let isRefusing = false;
  const isCurrent = (client: ClientBase): boolean => (generationOf.get(client) ?? current) === current;
  return {
    isCurrent,
    made(client, server) {
      if (server !== latest) current += 1;
      if (server !== latest && latest !== '') listeners.notify();
      latest = server;
      generationOf.set(client, current);
    },
    leadsTo: (server) => server === latest,
    listen: (onOtherServer) => listeners.add(onOtherServer),
    refused(client, at) {
      // A connection that was replaced already says nothing about the present ones.
      if (!isCurrent(client)) return;
      isRefusing = true;
      if (at - refusedAt < RENEWAL_MS) return;
      refusedAt = at;
      current += 1;
    },
    written(client) {
      if (!isRefusing) return;
      isRefusing = false;
      current += 1;
      generationOf.set(client, current);
    },
  };
}
