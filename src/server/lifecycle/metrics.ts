/**
 * The metrics of the server, exposed at `/metrics`. Each kind of event has one function, so that all transports count
 * it alike. Labels have few values: transports, operation types, and codes of the gateway.
 */
import { Counter, Gauge, Histogram } from 'prom-client';
import type { Telemetry } from '../../runtime/telemetry.js';

export type Transport = 'http' | 'websocket' | 'sse' | 'multipart';

/**
 * The reason why a stream ended. `complete`: the source ended. `client`: the subscriber left. `stalled`: the subscriber
 * stopped reading. `restart`: the server drains.
 */
export type EndReason = 'complete' | 'client' | 'error' | 'expired' | 'stalled' | 'restart';

export type Metrics = {
  connectionOpened(transport: Transport): void;
  /** @param closedBy the close code of the server, or `client`; null for transports without close codes */
  connectionClosed(transport: Transport, closedBy: number | 'client' | null): void;
  streamOpened(transport: Transport): void;
  streamEnded(transport: Transport, reason: EndReason): void;
  delivered(transport: Transport): void;
  resumed(transport: Transport, outcome: 'resumed' | 'refused'): void;
  rateLimited(what: 'mutation' | 'stream'): void;
  authenticated(outcome: 'accepted' | 'refused' | 'unavailable'): void;
  operation(operation: { transport: Transport; type: string; outcome: string; durationMs: number }): void;
  /** @returns all metrics of the process, in the text format of Prometheus */
  expose(): Promise<{ contentType: string; text: string }>;
};

export function createMetrics({ registry }: Telemetry): Metrics {
  const registers = [registry];
  const tallies: Tally[] = [];
  const collect = (): void => {
    for (const tally of tallies) tally.flush();
  };
  const open = new Gauge({
    name: 'gateway_connections_open',
    help: 'Connections held open, by transport',
    labelNames: ['transport'],
    registers,
    collect,
  });
  const opened = new Counter({
    name: 'gateway_connections_opened_total',
    help: 'Connections opened, by transport',
    labelNames: ['transport'],
    registers,
    collect,
  });
  const closes = new Counter({
    name: 'gateway_websocket_closes_total',
    help: 'WebSockets closed, by close code',
    labelNames: ['code'],
    registers,
  });
  const subscriptions = new Gauge({
    name: 'gateway_subscriptions_open',
    help: 'Subscriptions running, by transport',
    labelNames: ['transport'],
    registers,
    collect,
  });
  const started = new Counter({
    name: 'gateway_subscriptions_started_total',
    help: 'Subscriptions started, by transport',
    labelNames: ['transport'],
    registers,
    collect,
  });
  const ends = new Counter({
    name: 'gateway_subscription_ends_total',
    help: 'Subscriptions ended, by transport and reason',
    labelNames: ['transport', 'reason'],
    registers,
  });
  const deliveries = new Counter({
    name: 'gateway_deliveries_total',
    help: 'Events delivered to subscribers, by transport',
    labelNames: ['transport'],
    registers,
    collect,
  });
  const resumes = new Counter({
    name: 'gateway_resumes_total',
    help: 'Subscriptions that asked to go on from a cursor, by outcome',
    labelNames: ['transport', 'outcome'],
    registers,
    collect,
  });
  const limited = new Counter({
    name: 'gateway_rate_limited_total',
    help: 'Requests refused by a rate limit',
    labelNames: ['what'],
    registers,
  });
  const auth = new Counter({
    name: 'gateway_authentications_total',
    help: 'Tokens checked, by outcome',
    labelNames: ['outcome'],
    registers,
  });
  const operations = new Counter({
    name: 'gateway_operations_total',
    help: 'Operations, by transport, type and outcome',
    labelNames: ['transport', 'type', 'outcome'],
    registers,
    collect,
  });
  const durations = new Histogram({
    name: 'gateway_operation_duration_seconds',
    help: 'Time from an operation to its answer; for subscriptions, to being subscribed',
    labelNames: ['type'],
    buckets: [0.001, 0.005, 0.01, 0.05, 0.1, 0.5, 1, 5, 10],
    registers,
  });
  function tallied<Label extends string>(metric: Counter<Label> | Gauge<Label>, labels: Record<Label, string>): Tally {
    const made = new Tally((count) => metric.inc(labels, count));
    tallies.push(made);
    return made;
  }
  const byTransport = (make: (transport: Transport) => Tally): Readonly<Record<Transport, Tally>> => ({
    http: make('http'),
    websocket: make('websocket'),
    sse: make('sse'),
    multipart: make('multipart'),
  });
  const openNow = byTransport((transport) => tallied(open, { transport }));
  const openedSoFar = byTransport((transport) => tallied(opened, { transport }));
  const runningNow = byTransport((transport) => tallied(subscriptions, { transport }));
  const startedSoFar = byTransport((transport) => tallied(started, { transport }));
  const deliveredSoFar = byTransport((transport) => tallied(deliveries, { transport }));
  const resumedSoFar = {
    resumed: byTransport((transport) => tallied(resumes, { transport, outcome: 'resumed' })),
    refused: byTransport((transport) => tallied(resumes, { transport, outcome: 'refused' })),
  };
  const authenticated = {
    accepted: auth.labels('accepted'),
    refused: auth.labels('refused'),
    unavailable: auth.labels('unavailable'),
  };
  const operationSeries = new Map<string, { readonly count: Tally; readonly duration: Histogram.Internal<'type'> }>();
  // Every series starts at 0, because alerts on absent series never fire.
  for (const transport of ['websocket', 'sse', 'multipart']) {
    open.set({ transport }, 0);
    subscriptions.set({ transport }, 0);
  }

  return {
    connectionOpened(transport) {
      openNow[transport].add(1);
      openedSoFar[transport].add(1);
    },
    connectionClosed(transport, closedBy) {
      openNow[transport].add(-1);
      // Close codes of clients are not used as labels, because clients may send any number of different codes.
      if (closedBy !== null) closes.inc({ code: String(closedBy) });
    },
    streamOpened(transport) {
      runningNow[transport].add(1);
      startedSoFar[transport].add(1);
    },
    streamEnded(transport, reason) {
      runningNow[transport].add(-1);
      ends.inc({ transport, reason });
    },
    delivered(transport) {
      deliveredSoFar[transport].add(1);
    },
    resumed(transport, outcome) {
      resumedSoFar[outcome][transport].add(1);
    },
    rateLimited(what) {
      limited.inc({ what });
    },
    authenticated(outcome) {
      authenticated[outcome].inc();
    },
    operation({ transport, type, outcome, durationMs }) {
      const key = `${transport} ${type} ${outcome}`;
      const series = operationSeries.get(key) ?? {
        count: tallied(operations, { transport, type, outcome }),
        duration: durations.labels(type),
      };
      operationSeries.set(key, series);
      series.count.add(1);
      series.duration.observe(durationMs / 1000);
    },
    async expose() {
      return { contentType: registry.contentType, text: await registry.metrics() };
    },
  };
}

/**
 * Sums until the metrics are read, because each call of prom-client builds and sorts a text of all labels. Ten thousand
 * subscribers may count at the same moment.
 */
class Tally {
  #pending = 0;
  readonly #metric: (count: number) => void;

  constructor(metric: (count: number) => void) {
    this.#metric = metric;
  }

  add(count: 1 | -1): void {
    this.#pending += count;
  }

  flush(): void {
    if (this.#pending === 0) return;
    this.#metric(this.#pending);
    this.#pending = 0;
  }
}
