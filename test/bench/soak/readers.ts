/**
 * Realistic readers on WebSocket or Server-Sent Events: their connections break at any moment, and some read slowly.
 * Each resumes from its last cursor and records its deliveries, so that lost, repeated or reordered ones show.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import type { Random } from '../../support/fakes/random.js';

export type Seen = { readonly taskId: string; readonly sequence: number; readonly position: number };

export type Reader = {
  readonly seen: Seen[];
  readonly cursor: () => string | null;
  resumeCount(): number;
  /** Resolves when the stream has completed, after `leave`, or with an error of the gateway. */
  readonly done: Promise<'complete' | 'left' | OperationError>;
  leave(): void;
};

type Event = { readonly cursor: string; readonly sequence: number; readonly task: { readonly id: string } };
type Operation = { readonly query: string; readonly variables: Readonly<Record<string, unknown>> };
/** Reads until the server completes the stream ('complete') or the connection breaks. */
type Transport = (
  url: string,
  operation: Operation,
  cut: AbortSignal,
  onEvent: (event: Event) => Promise<void>,
) => Promise<'complete' | 'broken'>;

const FIELDS = 'cursor sequence task { id }';
export const FEED = `subscription($after: String) { taskFeed(after: $after) { ${FIELDS} } }`;
export const TASK = `subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after, from: BEGINNING) { ${FIELDS} } }`;

export type Manner = {
  readonly url: string;
  readonly random: Random;
  readonly transport: 'websocket' | 'sse';
  /** The range of a connection's lifetime, and the delay of a slow event. */
  readonly cutAfterMs: readonly [number, number];
  readonly slowMs: readonly [number, number];
};

export function startReader(
  manner: Manner,
  query: string,
  variables: Readonly<Record<string, unknown>>,
  after: string | null,
): Reader {
  const { url, random, transport, cutAfterMs, slowMs } = manner;
  const leaving = new AbortController();
  const seen: Seen[] = [];
  let cursor = after;
  let resumeCount = 0;

  const onEvent = async (event: Event): Promise<void> => {
    cursor = event.cursor;
    seen.push({ taskId: event.task.id, sequence: event.sequence, position: positionOf(event.cursor) });
    if (random.chance(0.05)) await sleep(random.between(...slowMs));
  };
  const run = async (): Promise<'complete' | 'left'> => {
    while (!leaving.signal.aborted) {
      const cut = AbortSignal.any([leaving.signal, AbortSignal.timeout(Math.round(random.between(...cutAfterMs)))]);
      const end = await TRANSPORTS[transport](url, { query, variables: { ...variables, after: cursor } }, cut, onEvent);
      if (end === 'complete') return 'complete';
      if (cursor !== null) resumeCount += 1;
      await sleep(random.between(20, 300));
    }
    return 'left';
  };
  const done = run().catch((error: unknown) => {
    if (error instanceof OperationError) return error;
    throw error;
  });
  return { seen, cursor: () => cursor, resumeCount: () => resumeCount, done, leave: () => leaving.abort() };
}

/** A cursor is opaque to clients. The soak decodes it to check the order of the log. */
function positionOf(cursor: string): number {
  const [, , position = ''] = Buffer.from(cursor, 'base64url').toString('latin1').split('.');
  return Number.parseInt(position, 36);
}

export class OperationError extends Error {
  override readonly name = 'OperationError';
}

function eventOf(payload: any): Event | null {
  if (payload.errors !== undefined) {
    // The database or the process may be stopping, and the reader retries. Any other error ends the reader.
    const code: unknown = payload.errors[0]?.extensions?.code;
    if (code === 'SERVICE_UNAVAILABLE' || code === 'SHUTTING_DOWN') return null;
    throw new OperationError(JSON.stringify(payload.errors));
  }
  const [event] = Object.values(payload.data);
  return event as Event;
}

/**
 * graphql-ws removes its listeners from a terminated socket, and an error without a listener would end the process.
 */
class CuttableSocket extends WebSocket {
  constructor(url: string, protocols: string[]) {
    super(url, protocols);
    this.on('error', () => {});
  }
}

const TRANSPORTS: Readonly<Record<Manner['transport'], Transport>> = {
  async websocket(url, operation, cut, onEvent) {
    let socket: WebSocket | undefined;
    const client = createClient({
      url: url.replace('http', 'ws'),
      webSocketImpl: CuttableSocket,
      retryAttempts: 0,
      on: { opened: (opened) => (socket = opened as WebSocket) },
    });
    const terminate = (): void => client.terminate();
    cut.addEventListener('abort', terminate);
    try {
      for await (const payload of client.iterate<any>(operation)) {
        const event = eventOf(payload);
        if (event === null) return 'broken';
        // A slow reader leaves the bytes in the socket, so that the server must wait.
        socket?.pause();
        await onEvent(event);
        socket?.resume();
      }
      return cut.aborted ? 'broken' : 'complete';
    } catch (error) {
      if (error instanceof OperationError) throw error;
      return 'broken';
    } finally {
      cut.removeEventListener('abort', terminate);
      client.terminate();
    }
  },
  async sse(url, operation, cut, onEvent) {
    try {
      const headers = { 'content-type': 'application/json', accept: 'text/event-stream' };
      const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(operation), signal: cut });
      const decoder = new TextDecoder();
      let buffer = '';
      for await (const chunk of response.body ?? []) {
        buffer += decoder.decode(chunk, { stream: true });
        for (let at = buffer.indexOf('\n\n'); at >= 0; at = buffer.indexOf('\n\n')) {
          const block = buffer.slice(0, at);
          buffer = buffer.slice(at + 2);
          if (block.startsWith('event: complete')) return 'complete';
          const data = /^data: (.+)$/m.exec(block)?.[1];
          if (data === undefined) continue;
          const event = eventOf(JSON.parse(data));
          if (event === null) return 'broken';
          await onEvent(event);
          // Events that were read before the cut are dropped, as if they had never arrived.
          if (cut.aborted) return 'broken';
        }
      }
      return 'broken';
    } catch (error) {
      if (error instanceof OperationError) throw error;
      return 'broken';
    }
  },
};
