/**
 * Sends a subscription over one HTTP response, in either framing. The next event is requested only after the previous
 * event has left Node's buffer. So a stalled client costs one event and the buffer of one response.
 */
import type { ServerResponse } from 'node:http';
import type { GraphQLError } from 'graphql';
import type { Clock } from '../../runtime/clock.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Connection, Connections } from '../lifecycle/connections.js';
import type { Limits } from '../security/limits.js';
import type { EndReason, Metrics, Transport } from '../lifecycle/metrics.js';
import { expired } from '../execution/pipeline.js';
import type { Delivery, ResponseStream } from '../execution/response-stream.js';

export type Framing = {
  readonly transport: Transport;
  readonly contentType: string;
  readonly heartbeatMs: number;
  /**
   * The first bytes, sent at once, because proxies and browsers wait for them before they treat the response as a
   * stream.
   */
  readonly opening: string;
  readonly heartbeat: string;
  /** The bytes before the first event, from which a client that is cut off before that event resumes. */
  begin(cursor: string): string;
  next(delivery: Extract<Delivery, { kind: 'next' }>): string;
  /** The final bytes after the source has ended. */
  readonly complete: string;
  /** The final bytes after the source has failed. */
  failed(errors: readonly GraphQLError[]): string;
  /** The final bytes when the server restarts, which make the client reconnect. */
  restart(): string;
};

export type HttpStreamDeps = {
  readonly connections: Connections;
  readonly metrics: Metrics;
  readonly limits: Limits;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

export type HttpStream = {
  readonly response: ServerResponse;
  readonly headers: Readonly<Record<string, string>>;
  readonly framing: Framing;
  readonly expiresAt: number | null;
  /** Called once, after the response has ended. */
  readonly ended: () => void;
};

/**
 * Headers against proxies that hold events back: `no-transform` stops compression, `x-accel-buffering` the buffer of
 * nginx.
 */
const UNBUFFERED = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

/** Sends the stream. Resolves after the response has ended, for any reason. */
export async function sendStream(stream: ResponseStream, to: HttpStream, deps: HttpStreamDeps): Promise<void> {
  const { response, framing, expiresAt } = to;
  const { connections, metrics, limits, clock, telemetry } = deps;
  let reason: EndReason | null = null;
  let nextHeartbeatAt = clock.monotonic() + framing.heartbeatMs * connections.jitter();
  let blockedSince: number | null = null;
  let closeBy = Number.POSITIVE_INFINITY;
  let wakeWriter: (() => void) | null = null;

  /** Expiry compares the time of day, because the token's issuer does. */
  const isExpired = () => reason === null && expiresAt !== null && clock.now() >= expiresAt;
  const connection: Connection = {
    dueAt: () =>
      isExpired()
        ? 0
        : Math.min(
            nextHeartbeatAt,
            closeBy,
            blockedSince === null ? Number.POSITIVE_INFINITY : blockedSince + limits.stalledMs,
          ),
    wake(now) {
      if (reason !== null) {
        if (now >= closeBy) response.destroy();
        return;
      }
      if (isExpired()) return end('expired', framing.failed(expired().errors));
      if (blockedSince !== null && now - blockedSince >= limits.stalledMs) return cut('stalled');
      if (now < nextHeartbeatAt) return;
      nextHeartbeatAt = now + framing.heartbeatMs;
      // Heartbeats to a stalled client would only fill the buffer.
      if (!response.writableNeedDrain) response.write(framing.heartbeat);
    },
    restart: () => end('restart', framing.restart()),
    abandon: () => end('restart', framing.restart()),
    destroy: () => cut('restart'),
  };

  function end(because: EndReason, finalBytes: string): void {
    if (reason !== null) return;
    reason = because;
    response.end(finalBytes);
    // A client that does not take the final bytes would keep the response and its buffer without a limit.
    closeBy = clock.monotonic() + limits.stalledMs;
    void stream.return();
    wakeWriter?.();
  }

  function cut(because: EndReason): void {
    reason ??= because;
    void stream.return();
    response.destroy();
  }

  async function untilDrained(): Promise<void> {
    if (!response.writableNeedDrain) return;
    blockedSince = clock.monotonic();
    await new Promise<void>((resolve) => {
      wakeWriter = resolve;
      response.once('drain', resolve);
    });
    blockedSince = null;
    wakeWriter = null;
  }

  async function deliver(): Promise<void> {
    response.writeHead(200, { ...to.headers, 'content-type': framing.contentType, ...UNBUFFERED });
    response.write(framing.opening + (stream.cursor === null ? '' : framing.begin(stream.cursor)));
    for (let delivery = await stream.next(); reason === null; delivery = await stream.next()) {
      if (delivery === null) end('complete', framing.complete);
      else if (delivery.kind === 'expired') end('expired', framing.failed(expired().errors));
      else if (delivery.kind === 'failed') end('error', framing.failed(delivery.errors));
      else {
        response.write(framing.next(delivery));
        metrics.delivered(framing.transport);
        await untilDrained();
      }
    }
  }

  const over = new Promise<void>((resolve) => {
    // A client that left while the source was opened has closed the response before this listener was added.
    if (response.destroyed || response.socket === null || response.socket.destroyed) resolve();
    response.once('close', resolve);
  }).then(() => {
    reason ??= 'client';
    void stream.return();
    wakeWriter?.();
  });
  response.on('error', (error) => telemetry.log.debug({ err: error, transport: framing.transport }, 'response broke'));

  metrics.connectionOpened(framing.transport);
  metrics.streamOpened(framing.transport);
  connections.add(connection);
  try {
    await deliver();
    await over;
  } finally {
    connections.remove(connection);
    metrics.connectionClosed(framing.transport, null);
    metrics.streamEnded(framing.transport, reason ?? 'error');
    to.ended();
  }
}
