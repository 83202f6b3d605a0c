/**
 * What the server counts, and `/metrics` where it is read. One function for each thing that happens, so that no transport can count
 * it differently. Labels have few values: transports, operation types, codes of ours.
 */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Telemetry } from '../telemetry.js';

export type Transport = 'http' | 'websocket' | 'sse' | 'multipart';

/** `complete`: the source ended. `client`: the reader went. `stalled`: it no longer read. `restart`: the server drains. */
export type EndReason = 'complete' | 'client' | 'error' | 'expired' | 'stalled' | 'restart';

export type Metrics = {
  connectionOpened(transport: Transport): void;
  /** @param closedBy our close code, or `client`; null where there are none. */
  connectionClosed(transport: Transport, closedBy: number | 'client' | null): void;
  streamOpened(transport: Transport): void;
  streamEnded(transport: Transport, reason: EndReason): void;
  delivered(transport: Transport): void;
  resumed(transport: Transport, outcome: 'resumed' | 'refused'): void;
  rateLimited(what: 'mutation' | 'stream'): void;
  authenticated(outcome: 'accepted' | 'refused' | 'unavailable'): void;
  operation(facts: { transport: Transport; type: string; outcome: string; durationMs: number }): void;
  /** @returns everything that the process measures, in Prometheus' text format. */
  expose(): Promise<{ contentType: string; text: string }>;
};

export function createMetrics({ registry }: Telemetry): Metrics {
  const registers = [registry];
  const open = new Gauge({ name: 'gateway_connections_open', help: 'Connections held open, by transport', labelNames: ['transport'], registers });
  const opened = new Counter({ name: 'gateway_connections_opened_total', help: 'Connections opened, by transport', labelNames: ['transport'], registers });
  const closes = new Counter({ name: 'gateway_websocket_closes_total', help: 'WebSockets closed, by close code', labelNames: ['code'], registers });
  const subscriptions = new Gauge({ name: 'gateway_subscriptions_open', help: 'Subscriptions running, by transport', labelNames: ['transport'], registers });
  const started = new Counter({ name: 'gateway_subscriptions_started_total', help: 'Subscriptions started, by transport', labelNames: ['transport'], registers });
  const ends = new Counter({ name: 'gateway_subscription_ends_total', help: 'Subscriptions ended, by transport and reason', labelNames: ['transport', 'reason'], registers });
  const deliveries = new Counter({ name: 'gateway_deliveries_total', help: 'Events handed to readers, by transport', labelNames: ['transport'], registers });
  const resumes = new Counter({ name: 'gateway_resumes_total', help: 'Subscriptions that asked to go on from a cursor, by outcome', labelNames: ['transport', 'outcome'], registers });
  const limited = new Counter({ name: 'gateway_rate_limited_total', help: 'Requests refused by a rate limit', labelNames: ['what'], registers });
  const auth = new Counter({ name: 'gateway_authentications_total', help: 'Tokens checked, by outcome', labelNames: ['outcome'], registers });
  const operations = new Counter({ name: 'gateway_operations_total', help: 'Operations, by transport, type and outcome', labelNames: ['transport', 'type', 'outcome'], registers });
  const durations = new Histogram({
    name: 'gateway_operation_duration_seconds',
    help: 'Time from an operation to its answer; for subscriptions, to being subscribed',
    labelNames: ['type'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers,
  });
  // Looked up once: each look-up makes and sorts a text of all labels, and ten thousand readers count at the same moment.
  const delivered = {
    http: deliveries.labels('http'),
    websocket: deliveries.labels('websocket'),
    sse: deliveries.labels('sse'),
    multipart: deliveries.labels('multipart'),
  } satisfies Record<Transport, unknown>;
  const authenticated = { accepted: auth.labels('accepted'), refused: auth.labels('refused'), unavailable: auth.labels('unavailable') };
  const operationSeries = new Map<string, { readonly count: Counter.Internal; readonly duration: Histogram.Internal<'type'> }>();
  // A series that has never moved should read 0, not be absent: alerts on absent series never fire.
  for (const transport of ['websocket', 'sse', 'multipart']) {
    open.set({ transport }, 0);
    subscriptions.set({ transport }, 0);
  }

  return {
    connectionOpened(transport) {
      open.inc({ transport });
      opened.inc({ transport });
    },
    connectionClosed(transport, closedBy) {
      open.dec({ transport });
      // A client may close with any code it likes; as labels, those would be without bound.
      if (closedBy !== null) closes.inc({ code: String(closedBy) });
    },
    streamOpened(transport) {
      subscriptions.inc({ transport });
      started.inc({ transport });
    },
    streamEnded(transport, reason) {
      subscriptions.dec({ transport });
      ends.inc({ transport, reason });
    },
    delivered(transport) {
      delivered[transport].inc();
    },
    resumed(transport, outcome) {
      resumes.inc({ transport, outcome });
    },
    rateLimited(what) {
      limited.inc({ what });
    },
    authenticated(outcome) {
      authenticated[outcome].inc();
    },
    operation({ transport, type, outcome, durationMs }) {
      const key = `${transport} ${type} ${outcome}`;
      const series = operationSeries.get(key) ?? { count: operations.labels(transport, type, outcome), duration: durations.labels(type) };
      operationSeries.set(key, series);
      series.count.inc();
      series.duration.observe(durationMs / 1000);
    },
    async expose() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}
