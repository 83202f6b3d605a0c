/**
 * graphql-sse's distinct connections mode (its PROTOCOL.md): one response for one operation, `next` events, then `complete`. Each event
 * carries its cursor as `id`, so that a browser's EventSource comes back with Last-Event-ID by itself. graphql-sse's own handler carries no
 * ids and queues without bound, hence this framing.
 */
import { SECOND } from '../../runtime/clock.js';
import type { Framing } from './http-stream.js';
import { formatted } from '../security/request-error.js';

const HEARTBEAT = ':\n\n';

/** How long a reader waits before it comes back after a restart, at most. */
const RECONNECT_SPREAD_MS = 2 * SECOND;

/** @param json '' for none. */
function sseEvent(event: 'next' | 'complete', json: string, id: string | null = null): string {
  // A line break would end the field, and a NUL makes a browser forget the id it had (HTML, section 9.2.6).
  const mark = id === null || /[\r\n\0]/.test(id) ? '' : `id: ${id}\n`;
  // JSON has no line break of its own, so that one `data` line holds it. An EventSource hears no event without a `data` line.
  return `event: ${event}\n${mark}data: ${json}\n\n`;
}

const COMPLETE = sseEvent('complete', '');

export const sse: Framing = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  heartbeatMs: 12 * SECOND,
  opening: HEARTBEAT,
  heartbeat: HEARTBEAT,
  next: ({ json, cursor }) => sseEvent('next', json, cursor),
  complete: COMPLETE,
  failed: (errors) => sseEvent('next', JSON.stringify({ errors: formatted(errors) })) + COMPLETE,
  // No `complete`: to a client the connection broke, and it comes back. `retry` is for EventSources, each its own.
  restart: () => `: restarting\nretry: ${Math.round(100 + Math.random() * RECONNECT_SPREAD_MS)}\n\n`,
};
