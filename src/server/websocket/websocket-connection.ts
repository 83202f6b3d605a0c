/**
 * One WebSocket as graphql-ws wants it, with bounds: what it buffers for a reader that does not read, how long it waits for a first
 * message, for a pong, for a token's expiry, and for the other side's half of a close. After it has been shut nothing is sent.
 */
import { isUtf8 } from 'node:buffer';
import type { Duplex } from 'node:stream';
import { CloseCode, type WebSocket as ProtocolSocket } from 'graphql-ws';
import { WebSocket, type RawData } from 'ws';
import { JsonTooDeepError } from '../../runtime/bounded-json.js';
import { SECOND } from '../../runtime/clock.js';
import type { Caller } from '../security/caller.js';
import { MESSAGE_TOO_BIG, NOT_UTF8, closeReason, idInUse, reasonOf, tooBig } from './close-reasons.js';
import type { Connection } from '../lifecycle/connections.js';
import type { HttpStreamDeps } from '../streaming/http-stream.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import type { EndReason } from '../lifecycle/metrics.js';
import { IdTooLongError, OperationsOfSocket } from './operation-ids.js';
import { formatted } from '../security/request-error.js';

export const SERVICE_RESTART = 1012;
export const TRY_AGAIN_LATER = 1013;

/**
 * Browsers, phones and proxies forget idle connections after half a minute at the earliest, and each ping more than is needed wakes a phone's radio.
 * A reader that has vanished is found out within twice this.
 */
const KEEP_ALIVE_MS = 25 * SECOND;
/** For the other side's close frame; a reader that does not read never sends it. */
export const CLOSE_WAIT_MS = 5 * SECOND;
/** Answers to pings and refusals that may wait behind the one event that each operation may have waiting. */
const SPARE_MESSAGES = 20;

export type Socket = {
  /** Nothing is sent any more, whoever ended it. */
  readonly over: boolean;
  /** Why the operations end that the socket takes with it. */
  readonly endReason: EndReason;
  readonly operations: OperationsOfSocket;
  acknowledged(caller: Caller): void;
  /** @returns when to go on, for a reader that is behind. */
  send(text: string): Promise<void> | void;
  shut(code: number, reason: string): void;
  /** Sends the client elsewhere, as soon as it has every answer that was promised: it would ask for the others again, and start a second task. */
  restart(): void;
};

/** @param opened graphql-ws' `opened`; it answers with what to call when the socket is over. */
export function openSocket(
  webSocket: WebSocket,
  raw: Duplex,
  opened: (protocolSocket: ProtocolSocket, socket: Socket) => (code?: number, reason?: string) => Promise<void>,
  deps: HttpStreamDeps & { readonly limitLog: LimitLog },
): void {
  const { connections, metrics, limits, clock, telemetry } = deps;
  const initBy = clock.monotonic() + limits.initTimeoutMs;
  const queue: { readonly text: string; sent(): void }[] = [];
  const operations = new OperationsOfSocket();
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
    // Events wait one per operation, since graphql-ws asks for the next only when this one is sent. What is more than that are answers to
    // a client that talks without listening: it is not listened to either until it does.
    queuedCharacters += text.length;
    if (queue.length > limits.operationsPerSocket + SPARE_MESSAGES || queuedCharacters > limits.bodyBytes)
      webSocket.pause();
    return new Promise<void>((resolve) => {
      queue.push({ text, sent: resolve });
    });
  }

  /** After a close frame there must be none: what comes then waits for the end of the socket. */
  function hasRoom(): boolean {
    return webSocket.readyState === WebSocket.OPEN && webSocket.bufferedAmount < limits.bufferedBytes;
  }

  function written(): void {
    if (restartDue) restart();
    if (queue.length === 0) return;
    // Bytes got through although no pong could yet: the reader is slow, not gone.
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
    // A paused socket would never see the other side's half of the close.
    if (webSocket.isPaused) webSocket.resume();
    webSocket.close(code, closeReason(reason));
    finish(code, reason);
  }

  function restart(): void {
    restartDue = true;
    if (queue.length === 0 && !operations.owesAnswer) shut(SERVICE_RESTART, 'Service restart');
  }

  /** What graphql-ws sends. */
  function sendOutgoing(text: string): Promise<void> | void {
    const outgoing = operations.outgoing(text);
    return outgoing === null ? undefined : send(outgoing);
  }

  /** As graphql-ws asks for it. */
  function closeByProtocol(code: number = CloseCode.Forbidden, reason = ''): void {
    const name = /^Subscriber for (\d+) already exists$/.exec(reason)?.[1];
    const id = code === CloseCode.SubscriberAlreadyExists && name !== undefined ? operations.idOf(name) : null;
    shut(code, id === null ? reasonOf(code, reason, limits) : idInUse(id));
  }

  /** A message over the limit is answered as its operation where it would begin one; no other operation ends for it. */
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

  /** The operations end with the decision to close, not with the other side's agreement. */
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
    // A client's mistake, which no other try makes right, and which must not fill the log.
    if (error instanceof JsonTooDeepError || error instanceof IdTooLongError)
      return shut(CloseCode.BadRequest, error.message);
    // graphql-ws reads what only servers send, and then does not know what to do with it.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type'))
      return closeByProtocol(CloseCode.BadRequest);
    telemetry.unexpected('websocket', error);
    // Not 4500: whatever it was, another try may succeed, and that code would forbid it.
    shut(TRY_AGAIN_LATER, 'Try again later');
  }

  /** By the time of day, which the issuer of the token goes by. */
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

  const socket: Socket = {
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
        // Pending for as long as the operation runs. An async function, so that a synchronous error is a rejection too.
        const receive = async (text: string): Promise<void> => handle(operations.incoming(text));
        webSocket.on('message', (data, isBinary) => {
          if (over) return;
          // A pong can be stuck behind messages that take long to arrive.
          alive = true;
          const bytes = bytesOf(data);
          // ws checks texts itself.
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

  // A subprotocol that is not ours is refused before there was anything to call.
  if (over) release(closedBy ?? CloseCode.SubprotocolNotAcceptable, '');

  // A peer that has ended its half can say nothing more. It need not take what is left for it either.
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
