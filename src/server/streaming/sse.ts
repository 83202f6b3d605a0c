/**
 * The framing of the distinct connections mode of graphql-sse (PROTOCOL.md): one response for one operation, `next`
 * events, then `complete`. Each event carries its cursor as `id`, so that a browser's EventSource resumes with
 * Last-Event-ID. The handler of graphql-sse is not used, because it sends no ids and queues events without a limit.
 */
import { SECOND } from '../../runtime/clock.js';
import type { Framing } from './http-stream.js';
import { formatted } from '../security/request-error.js';

const HEARTBEAT = ':\n\n';

/** The range of random delays before a client reconnects after a restart. */
const RECONNECT_SPREAD_MS = 2 * SECOND;

function idField(id: string | null): string {
  // A line break would end the field, and a NUL makes a browser ignore the field (HTML, section 9.2.6).
  return id === null || /[\r\n\0]/.test(id) ? '' : `id: ${id}\n`;
}

/** @param json '' if the event has no data */
function sseEvent(event: 'next' | 'complete', json: string, id: string | null = null): string {
  // Serialized JSON has no line breaks, so one `data` line holds it. An EventSource ignores an event without `data`.
  return `event: ${event}\n${idField(id)}data: ${json}\n\n`;
}

const COMPLETE = sseEvent('complete', '');

export const sse: Framing = {
  transport: 'sse',
  contentType: 'text/event-stream; charset=utf-8',
  heartbeatMs: 12 * SECOND,
  opening: HEARTBEAT,
  heartbeat: HEARTBEAT,
  // An EventSource keeps the id and dispatches no event, because there is no `data` (HTML, section 9.2.6).
  begin: (cursor) => `${idField(cursor)}\n`,
  next: ({ json, cursor }) => sseEvent('next', json, cursor),
  complete: COMPLETE,
  failed: (errors) => sseEvent('next', JSON.stringify({ errors: formatted(errors) })) + COMPLETE,
  // Without `complete` the client treats the connection as broken and reconnects. `retry` gives each EventSource its
  // own delay.
  restart: () => `: restarting\nretry: ${Math.round(100 + Math.random() * RECONNECT_SPREAD_MS)}\n\n`,
};
