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

type Closed = (code?: number, reason?: string) => Promise<void>;
type WebSocketConnectionDeps = HttpStreamDeps & { readonly limitLog: LimitLog };

/** A class, because ten thousand connections share its methods, but closures would be made for each. */
export class WebSocketConnection implements Connection {
  readonly operations = new OperationIds();
  readonly #webSocket: WebSocket;
  readonly #deps: WebSocketConnectionDeps;
  readonly #initBy: number;
  readonly #queue: { readonly text: string; sent(): void }[] = [];
  readonly #onWritten = (): void => this.#written();
  #closed: Closed | null = null;
  #queuedCharacters = 0;
  #restartDue = false;
  #caller: Caller | null = null;
  #over = false;
  #closedBy: number | null = null;
  #endReason: EndReason = 'client';
  #closeBy = Number.POSITIVE_INFINITY;
  #nextPingAt: number;
  #alive = true;
  #blockedSince: number | null = null;

  constructor(webSocket: WebSocket, deps: WebSocketConnectionDeps) {
    this.#webSocket = webSocket;
    this.#deps = deps;
    const now = deps.clock.monotonic();
    this.#initBy = now + deps.limits.initTimeoutMs;
    this.#nextPingAt = now + KEEP_ALIVE_MS * deps.connections.jitter();
  }

  /** @param opened the `opened` of graphql-ws, which returns a function to call when the connection is over */
  open(raw: Duplex, opened: (protocolSocket: ProtocolSocket) => Closed): void {
    const { clock, connections, metrics, telemetry } = this.#deps;
    this.#closed = opened({
      protocol: this.#webSocket.protocol,
      send: (text) => this.#sendOutgoing(text),
      close: (code, reason) => this.#closeByProtocol(code, reason),
      onMessage: (handle) => this.#receive(handle),
    });
    // graphql-ws refuses an unknown subprotocol before `#closed` is set.
    if (this.#over) this.#release(this.#closedBy ?? CloseCode.SubprotocolNotAcceptable, '');

    // A peer that has ended its half sends nothing more, and may not read either.
    raw.once('end', () => {
      this.#closeBy = Math.min(this.#closeBy, clock.monotonic() + CLOSE_WAIT_MS);
    });
    metrics.connectionOpened('websocket');
    connections.add(this);
    this.#webSocket.on('pong', () => {
      this.#alive = true;
    });
    this.#webSocket.on('error', (error) => telemetry.log.debug({ err: error }, 'websocket broke'));
    this.#webSocket.once('close', (code, reason) => {
      this.#finish(code, String(reason));
      connections.remove(this);
      metrics.connectionClosed('websocket', this.#closedBy ?? 'client');
    });
  }

  /** True once the connection is closing or closed, after which nothing is sent. */
  get over(): boolean {
    return this.#over;
  }

  /** The reason for the end of the operations that end with the connection. */
  get endReason(): EndReason {
    return this.#endReason;
  }

  acknowledged(caller: Caller): void {
    this.#caller = caller;
  }

  /** Sends a message. @returns a promise for the time when a slow client can take the next one */
  send(text: string): Promise<void> | void {
    if (this.#over) return undefined;
    if (this.#queue.length === 0 && this.#hasRoom()) {
      this.#webSocket.send(text, this.#onWritten);
      return undefined;
    }
    const { clock, limits } = this.#deps;
    this.#blockedSince ??= clock.monotonic();
    // Each operation has at most one waiting event, because its next one is requested only after this one is sent.
    // Further messages answer a client that sends without reading, so it is not read either until it catches up.
    this.#queuedCharacters += text.length;
    if (this.#queue.length > limits.operationsPerSocket + SPARE_MESSAGES || this.#queuedCharacters > limits.bodyBytes)
      this.#webSocket.pause();
    return new Promise<void>((resolve) => {
      this.#queue.push({ text, sent: resolve });
    });
  }

  shut(code: number, reason: string): void {
    if (this.#over) return;
    this.#closedBy = code;
    this.#endReason = code === SERVICE_RESTART ? 'restart' : code === CloseCode.Forbidden ? 'expired' : 'error';
    this.#closeBy = this.#deps.clock.monotonic() + CLOSE_WAIT_MS;
    // A paused socket would never see the peer's close frame.
    if (this.#webSocket.isPaused) this.#webSocket.resume();
    this.#webSocket.close(code, closeReason(reason));
    this.#finish(code, reason);
  }

  /**
   * Closes with 1012 after the answers to all running mutations, because a client would repeat a mutation without an
   * answer.
   */
  restart(): void {
    this.#restartDue = true;
    if (this.#queue.length === 0 && !this.operations.owesAnswer) this.abandon();
  }

  abandon(): void {
    this.shut(SERVICE_RESTART, 'Service restart');
  }

  destroy(): void {
    this.#cut('restart');
  }

  dueAt(): number {
    if (this.#isExpired()) return 0;
    return Math.min(
      this.#closeBy,
      this.#over ? this.#closeBy : this.#nextPingAt,
      this.#caller === null ? this.#initBy : Number.POSITIVE_INFINITY,
      this.#blockedSince === null ? Number.POSITIVE_INFINITY : this.#blockedSince + this.#deps.limits.stalledMs,
    );
  }

  wake(now: number): void {
    if (now >= this.#closeBy) return this.#cut('client');
    if (this.#over) return;
    if (this.#caller === null && now >= this.#initBy)
      return this.#closeByProtocol(CloseCode.ConnectionInitialisationTimeout);
    if (this.#isExpired()) return this.shut(CloseCode.Forbidden, 'The token has expired');
    if (this.#blockedSince !== null && now - this.#blockedSince >= this.#deps.limits.stalledMs)
      return this.#cut('stalled');
    if (now < this.#nextPingAt) return;
    if (!this.#alive) return this.#cut('stalled');
    this.#alive = false;
    this.#nextPingAt = now + KEEP_ALIVE_MS;
    this.#webSocket.ping();
  }

  /** False after a close frame, which no message may follow. Later messages wait for the end of the socket. */
  #hasRoom(): boolean {
    return (
      this.#webSocket.readyState === WebSocket.OPEN && this.#webSocket.bufferedAmount < this.#deps.limits.bufferedBytes
    );
  }

  #written(): void {
    if (this.#restartDue) this.restart();
    if (this.#queue.length === 0) return;
    // A completed write shows that the client is slow and has not vanished, even without a pong.
    this.#alive = true;
    this.#blockedSince = this.#deps.clock.monotonic();
    while (!this.#over && this.#hasRoom()) {
      const message = this.#queue.shift();
      if (message === undefined) break;
      this.#queuedCharacters -= message.text.length;
      this.#webSocket.send(message.text, this.#onWritten);
      message.sent();
    }
    if (this.#queue.length > 0) return;
    this.#blockedSince = null;
    if (this.#webSocket.isPaused) this.#webSocket.resume();
  }

  /** Sends a message of graphql-ws. */
  #sendOutgoing(text: string): Promise<void> | void {
    const outgoing = this.operations.outgoing(text);
    return outgoing === null ? undefined : this.send(outgoing);
  }

  /** @param handle takes a message for graphql-ws; its promise is pending while the operation runs */
  #receive(handle: (text: string) => Promise<void>): void {
    const { limits } = this.#deps;
    // An async function turns a synchronous error into a rejection.
    const receive = async (text: string): Promise<void> => handle(this.operations.incoming(text));
    this.#webSocket.on('message', (data, isBinary) => {
      if (this.#over) return;
      // A message counts as a pong, because a pong can be stuck behind messages that take long to arrive.
      this.#alive = true;
      const bytes = bytesOf(data);
      // ws validates text messages itself.
      if (isBinary && !isUtf8(bytes)) return this.#webSocket.close(NOT_UTF8);
      const text = bytes.toString('utf8');
      if (bytes.length > limits.bodyBytes) void this.#refuseLarge(text);
      else receive(text).catch((error: unknown) => this.#failed(error));
      if (this.#restartDue) this.restart();
    });
  }

  /** Closes for graphql-ws, with a better reason. */
  #closeByProtocol(code: number = CloseCode.Forbidden, reason = ''): void {
    const name = /^Subscriber for (\d+) already exists$/.exec(reason)?.[1];
    const id = code === CloseCode.SubscriberAlreadyExists && name !== undefined ? this.operations.idOf(name) : null;
    this.shut(code, id === null ? reasonOf(code, reason, this.#deps.limits) : idInUse(id));
  }

  /** Refuses a message over the limit. A message that would begin an operation gets an error, and the others go on. */
  #refuseLarge(text: string): Promise<void> | void {
    const { limits, limitLog } = this.#deps;
    const id = this.operations.begunBy(text);
    if (id === null) return this.shut(MESSAGE_TOO_BIG, tooBig(limits.bodyBytes));
    if (this.#caller === null) return this.#closeByProtocol(CloseCode.Unauthorized);
    limitLog.met('bodyBytes', this.#caller.subject);
    const payload = formatted([limitExceeded('bodyBytes', limits.bodyBytes)]);
    return this.send(JSON.stringify({ id, type: 'error', payload }));
  }

  #cut(because: EndReason): void {
    if (!this.#over) this.#endReason = because;
    this.#webSocket.terminate();
  }

  /** Ends the operations at the decision to close, without waiting for the peer's close frame. */
  #finish(code: number, reason: string): void {
    if (this.#over) return;
    this.#over = true;
    for (const message of this.#queue.splice(0)) message.sent();
    if (this.#caller !== null) this.#deps.connections.giveSlot(this.#caller.subject);
    this.#release(code, reason);
  }

  #release(code: number, reason: string): void {
    this.#closed?.(code, reason).catch((error: unknown) => this.#deps.telemetry.unexpected('websocket', error));
  }

  #failed(error: unknown): void {
    // A mistake of the client is not retryable and not logged.
    if (error instanceof JsonTooDeepError || error instanceof IdTooLongError)
      return this.shut(CloseCode.BadRequest, error.message);
    // graphql-ws parses a message that only servers send, and then throws.
    if (error instanceof Error && error.message.startsWith('Unexpected message of type'))
      return this.#closeByProtocol(CloseCode.BadRequest);
    this.#deps.telemetry.unexpected('websocket', error);
    // The code is not 4500, because a retry may succeed and clients do not retry after 4500.
    this.shut(TRY_AGAIN_LATER, 'Try again later');
  }

  /** Expiry compares the time of day, because the token's issuer does. */
  #isExpired(): boolean {
    const expiresAt = this.#caller?.expiresAt ?? null;
    return !this.#over && expiresAt !== null && this.#deps.clock.now() >= expiresAt;
  }
}

function bytesOf(data: RawData): Buffer {
  if (Buffer.isBuffer(data)) return data;
  return Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data);
}
