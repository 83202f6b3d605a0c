/**
 * Carries a subscription over one HTTP response, in whatever framing. The source is asked for the next event only when the last one has
 * left for the network, so that a reader that does not read costs what Node buffers for one response and one event.
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
  /** Sent at once: proxies and browsers wait for the first byte before they believe in a stream. */
  readonly opening: string;
  readonly heartbeat: string;
  next(delivery: Extract<Delivery, { kind: 'next' }>): string;
  /** The last words when the source has ended. */
  readonly complete: string;
  /** The last words when it failed. */
  failed(errors: readonly GraphQLError[]): string;
  /** The last words when the server goes: the client is to come back. */
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
  /** Called once when the response is over. */
  readonly ended: () => void;
};

/** A proxy that compresses or buffers a stream holds its events back: `no-transform` is for compressors, the other header for nginx. */
const UNBUFFERED = { 'cache-control': 'no-store, no-transform', 'x-accel-buffering': 'no' };

/** Resolves when the response is over, for whatever reason. */
export async function sendStream(stream: ResponseStream, to: HttpStream, deps: HttpStreamDeps): Promise<void> {
  const { response, framing, expiresAt } = to;
  const { connections, metrics, limits, clock, telemetry } = deps;
  let reason: EndReason | null = null;
  let nextHeartbeatAt = clock.monotonic() + framing.heartbeatMs * connections.jitter();
  let blockedSince: number | null = null;
  let closeBy = Number.POSITIVE_INFINITY;
  let wakeWriter: (() => void) | null = null;

  /** By the time of day, which the issuer of the token goes by. */
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
      // Towards a reader that does not read, heartbeats would only pile up.
      if (!response.writableNeedDrain) response.write(framing.heartbeat);
    },
    restart: () => end('restart', framing.restart()),
    abandon: () => end('restart', framing.restart()),
    destroy: () => cut('restart'),
  };

  function end(because: EndReason, lastWords: string): void {
    if (reason !== null) return;
    reason = because;
    response.end(lastWords);
    // A reader that does not take its last words would keep the response, and what it buffers, for ever.
    closeBy = clock.monotonic() + limits.stalledMs;
    void stream.return();
    wakeWriter?.();
  }

  function cut(because: EndReason): void {
    reason ??= because;
    void stream.return();
    response.destroy();
  }

  async function roomToWrite(): Promise<void> {
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
    response.write(framing.opening);
    for (let delivery = await stream.next(); reason === null; delivery = await stream.next()) {
      if (delivery === null) end('complete', framing.complete);
      else if (delivery.kind === 'expired') end('expired', framing.failed(expired().errors));
      else if (delivery.kind === 'failed') end('error', framing.failed(delivery.errors));
      else {
        response.write(framing.next(delivery));
        metrics.delivered(framing.transport);
        await roomToWrite();
      }
    }
  }

  const over = new Promise<void>((resolve) => {
    // A reader that went while its source was being opened has closed the response before anyone listened for it.
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
