/**
 * One WebSocket in the form that graphql-ws needs. The buffer for a stalled client is bounded, and so are the waits for
 * connection_init, for a pong and for the peer's close frame. The token's expiry ends the connection. Nothing is sent
 * after `shut`.
 */
import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { CloseCode, type WebSocket as ProtocolSocket } from 'graphql-ws';
import { WebSocket, type RawData } from 'ws';
import { JsonTooDeepError } from '../../runtime/json/bounded-json.js';
import { SECOND } from '../../runtime/clock.js';
import type { Caller } from '../security/caller.js';
import { MESSAGE_TOO_BIG, NOT_UTF8, closeReason, idInUse, reasonOf, tooBig } from './close-reasons.js';
import type { Connection } from '../lifecycle/connections.js';
import type { HttpStreamDeps } from '../streaming/http-stream.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import type { EndReason } from '../lifecycle/metrics.js';
import { IdTooLongError, OperationIds } from './operation-ids.js';
import { formatted } from '../security/request-error.js';

export const SERVICE_RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;

/**
 * The interval of pings. Browsers, phones and proxies drop idle connections after 30 s at the earliest, and each ping
 * wakes the radio of a phone. A vanished client is detected within twice this interval.
 */
const KEEP_ALIVE_MS = 25 * SECOND;
/** The time for the peer's close frame, which a stalled client never sends. */
export const CLOSE_WAIT_MS = 5 * SECOND;
/** The number of pongs and errors that may wait, in addition to one event of each operation. */
const SPARE_MESSAGES = 20;

export type WebSocketConnection = {
  /** True once the connection is closing or closed, after which nothing is sent. */
  readonly over: boolean;
  /** The reason for the end of the operations that end with the connection. */
  readonly endReason: EndReason;
  readonly operations: OperationIds;
  acknowledged(caller: Caller): void;
  /** Sends a message. @returns a promise for the time when a slow client can take the next one */
  send(text: string): Promise<void> | void;
  shut(code: number, reason: string): void;
  /**
   * Closes with 1012 after the answers to all running mutations, because a client would repeat a mutation without an
   * answer.
   */
  restart(): void;
};

/** @param opened the `opened` of graphql-ws, which returns a function to call when the connection is over */
export function openWebSocketConnection(
  webSocket: WebSocket,
  raw: Duplex,
  opened: (
    protocolSocket: ProtocolSocket,
    socket: WebSocketConnection,
  ) => (code?: number, reason?: string) => Promise<void>,
  deps: HttpStreamDeps & { readonly limitLog: LimitLog },
): void {
  const { connections, metrics, limits, clock, telemetry } = deps;
  const initBy = clock.monotonic() + limits.initTimeoutMs;
  const queue: { readonly text: string; sent(): void }[] = [];
  const operations = new OperationIds();
  let queuedCharacters = 0;
  let restartDue = false;
  let caller: Caller | null = null;
  let over = false;
  let closedBy: number | null = null;
  let endReason: EndReason = 'client';
  let closeBy = Number.POSITIVE_INFINITY;
  let nextPingAt = clock.monotonic() + KEEP_ALIVE_MS * connections.jitter();
  let alive = true;
  let blockedSince: number | null = null;
  let closed: ((code?: number, reason?: string) => Promise<void>) | null = null;

  function send(text: string): Promise<void> | void {
    if (over) return undefined;
    if (queue.length === 0 && hasRoom()) {
      webSocket.send(text, written);
      return undefined;
    }
    blockedSince ??= clock.monotonic();
    // Each operation has at most one waiting event, because its next one is requested only after this one is sent.
    // Further messages answer a client that sends without reading, so it is not read either until it catches up.
    queuedCharacters += text.length;
    if (queue.length > limits.operationsPerSocket + SPARE_MESSAGES || queuedCharacters > limits.bodyBytes)
      webSocket.pause();
    return new Promise<void>((resolve) => {
      queue.push({ text, sent: resolve });
    });
  }

  /** False after a close frame, which no message may follow. Later messages wait for the end of the socket. */
  function hasRoom(): boolean {
    return webSocket.readyState === WebSocket.OPEN && webSocket.bufferedAmount < limits.bufferedBytes;
  }

  function written(): void {
    if (restartDue) restart();
    if (queue.length === 0) return;
    // A completed write shows that the client is slow and has not vanished, even without a pong.
    alive = true;
    blockedSince = clock.monotonic();
    while (!over && hasRoom()) {
      const message = queue.shift();
      if (message === undefined) break;
      queuedCharacters -= message.text.length;
      webSocket.send(message.text, written);
      message.sent();
    }
    if (queue.length > 0) return;
    blockedSince = null;
    if (webSocket.isPaused) webSocket.resume();
  }

  function shut(code: number, reason: string): void {
    if (over) return;
    closedBy = code;
    endReason = code === SERVICE_RESTART ? 'restart' : code === CloseCode.Forbidden ? 'expired' : 'error';
    closeBy = clock.monotonic() + CLOSE_WAIT_MS;
    // A paused socket would never see the peer's close frame.
    if (webSocket.isPaused) webSocket.resume();
    webSocket.close(code, closeReason(reason));
    finish(code, reason);
  }

  function restart(): void {
    restartDue = true;
    if (queue.length === 0 && !operations.owesAnswer) shut(SERVICE_RESTART, 'Service restart');
  }

  /** Sends a message of graphql-ws. */
  function sendOutgoing(text: string): Promise<void> | void {
    const outgoing = operations.outgoing(text);
    return outgoing === null ? undefined : send(outgoing);
  }

  /** Closes for graphql-ws, with a better reason. */
  function closeByProtocol(code: number = CloseCode.Forbidden, reason = ''): void {
    const name = /^Subscriber for (\d+) already exists$/.exec(reason)?.[1];
    const id = code === CloseCode.SubscriberAlreadyExists && name !== undefined ? operations.idOf(name) : null;
    shut(code, id === null ? reasonOf(code, reason, limits) : idInUse(id));
  }

  /** Refuses a message over the limit. A message that would begin an operation gets an error, and the others go on. */
  function refuseLarge(text: string): Promise<void> | void {
    const id = operations.begunBy(text);
    if (id === null) return shut(MESSAGE_TOO_BIG, tooBig(limits.bodyBytes));
    if (caller === null) return closeByProtocol(CloseCode.Unauthorized);
    deps.limitLog.met('bodyBytes', caller.subject);
    return send(
      JSON.stringify({ id, type: 'error', payload: formatted([limitExceeded('bodyBytes', limits.bodyBytes)]) }),
    );
  }

  function cut(because: EndReason): void {
    if (!over) endReason = because;
    webSocket.terminate();
  }

  /** Ends the operations at the decision to close, without waiting for the peer's close frame. */
  function finish(code: number, reason: string): void {
    if (over) return;
    over = true;
    for (const message of queue.splice(0)) message.sent();
    if (caller !== null) connections.giveSlot(caller.subject);
    release(code, reason);
  }

  function release(code: number, reason: string): void {
    closed?.(code, reason).catch((error: unknown) => telemetry.unexpected('websocket', error));
  }

  function failed(error: unknown): void {
    // A mistake of the client is not retryable and not logged.
    if (error instanceof JsonTooDeepError || error instanceof IdTooLongError)
      return shut(CloseCode.BadRequest, error.message);
    // graphql-ws parses a message that only servers send, and then throws.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type'))
      return closeByProtocol(CloseCode.BadRequest);
    telemetry.unexpected('websocket', error);
    // The code is not 4500, because a retry may succeed and clients do not retry after 4500.
    shut(TRY_AGAIN_LATER, 'Try again later');
  }

  /** Expiry compares the time of day, because the token's issuer does. */
  const isExpired = () => !over && caller !== null && caller.expiresAt !== null && clock.now() >= caller.expiresAt;
  const connection: Connection = {
    dueAt: () =>
      isExpired()
        ? 0
        : Math.min(
            closeBy,
            over ? closeBy : nextPingAt,
            caller === null ? initBy : Number.POSITIVE_INFINITY,
            blockedSince === null ? Number.POSITIVE_INFINITY : blockedSince + limits.stalledMs,
          ),
    wake(now) {
      if (now >= closeBy) return cut('client');
      if (over) return;
      if (caller === null && now >= initBy) return closeByProtocol(CloseCode.ConnectionInitialisationTimeout);
      if (isExpired()) return shut(CloseCode.Forbidden, 'The token has expired');
      if (blockedSince !== null && now - blockedSince >= limits.stalledMs) return cut('stalled');
      if (now < nextPingAt) return;
      if (!alive) return cut('stalled');
      alive = false;
      nextPingAt = now + KEEP_ALIVE_MS;
      webSocket.ping();
    },
    restart,
    abandon: () => shut(SERVICE_RESTART, 'Service restart'),
    destroy: () => cut('restart'),
  };

  const socket: WebSocketConnection = {
    get over() {
      return over;
    },
    get endReason() {
      return endReason;
    },
    acknowledged(who) {
      caller = who;
    },
    operations,
    send,
    shut,
    restart,
  };

  closed = opened(
    {
      protocol: webSocket.protocol,
      send: sendOutgoing,
      close: closeByProtocol,
      onMessage(handle) {
        // The promise is pending while the operation runs. An async function turns a synchronous error into a
        // rejection.
        const receive = async (text: string): Promise<void> => handle(operations.incoming(text));
        webSocket.on('message', (data, isBinary) => {
          if (over) return;
          // A message counts as a pong, because a pong can be stuck behind messages that take long to arrive.
          alive = true;
          const bytes = bytesOf(data);
          // ws validates text messages itself.
          if (isBinary && !isUtf8(bytes)) return webSocket.close(NOT_UTF8);
          const text = bytes.toString('utf8');
          if (bytes.length > limits.bodyBytes) void refuseLarge(text);
          else receive(text).catch(failed);
          if (restartDue) restart();
        });
      },
    },
    socket,
  );

  // graphql-ws refuses an unknown subprotocol before `closed` is set.
  if (over) release(closedBy ?? CloseCode.SubprotocolNotAcceptable, '');

  // A peer that has ended its half sends nothing more, and may not read either.
  raw.once('end', () => {
    closeBy = Math.min(closeBy, clock.monotonic() + CLOSE_WAIT_MS);
  });
  metrics.connectionOpened('websocket');
  connections.add(connection);
  webSocket.on('pong', () => {
    alive = true;
  });
  webSocket.on('error', (error) => telemetry.log.debug({ err: error }, 'websocket broke'));
  webSocket.once('close', (code, reason) => {
    finish(code, String(reason));
    connections.remove(connection);
    metrics.connectionClosed('websocket', closedBy ?? 'client');
  });
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
