/**
 * Simulates the part of Partner Central Selling that a seller uses, behind real HTTP, so that the genuine SDK can call
 * it. Each request passes the same steps: faults, protocol, signature, quota, validation, token, scenario. The
 * simulator does not depend on its callers. Only the journal survives a restart: the spent quota is forgotten, unlike
 * at AWS.
 */
import { setMaxListeners } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type Clock, SECOND, systemClock } from '../../runtime/clock.js';
import * as wire from './protocol/aws-json.js';
import { type Chaos, type Injection, createFaults, replyAfter, replyInstead } from './faults.js';
import { openJournal } from './state/journal.js';
import { operationNamed } from './simulator-operations.js';
import { createQuota } from './quota-limits.js';
import { ServiceError } from './protocol/service-error.js';
import type { Service } from './state/service.js';
import { type StoredTask, createState } from './state/state.js';

export type SimulatorOptions = {
  readonly clock?: Clock;
  readonly host?: string;
  /** 0 picks a free port. */
  readonly port?: number;
  /** The file that keeps tasks and updates over restarts; created if it is missing. Without it nothing is kept. */
  readonly journal?: string | undefined;
  readonly readsPerSecond?: number;
  readonly writesPerSecond?: number;
  readonly readsPerDay?: number;
  readonly writesPerDay?: number;
  /** The largest page of a List, even if MaxResults is higher. */
  readonly pageSize?: number;
  /** Timelines of tasks run this many times faster than the clock. Quotas do not change. */
  readonly speed?: number;
  /** How long a created opportunity cannot be found. AWS takes 3 to 5 seconds, and sometimes longer. */
  readonly invisibleMs?: number;
  /** The delay before each request is processed. */
  readonly latencyMs?: number;
  readonly chaos?: Chaos | undefined;
};

/** A request that arrived. */
type Call = {
  /** The name in the request, known or unknown. */
  readonly operation: string;
  readonly at: number;
  /** 'ok', the name of an error, the kind of the fault that hit the call, or 'pending' before any of these. */
  readonly outcome: string;
};

export type Simulator = {
  readonly endpoint: string;
  /** The last 100,000 calls, oldest first. */
  calls(): readonly Call[];
  /** The tasks, in the order of acceptance. */
  tasks(): readonly StoredTask[];
  /** Returns a function that removes the fault. */
  inject(injection: Injection): () => void;
  /** Breaks every connection. Further calls have no effect. */
  close(): Promise<void>;
};

const CALLS_KEPT = 100_000;

export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock: given = systemClock, host = '127.0.0.1', port = 0, latencyMs = 0 } = options;
  const closing = new AbortController();
  // Each delayed call adds a listener, and there may be many.
  setMaxListeners(0, closing.signal);
  const journal = openJournal(options.journal);
  const state = createState(journal);
  const clock = monotonicClock(
    given,
    journal.entries.map((entry) => ('start' in entry ? entry.start.startedAt : entry.update.at)),
  );
  const faults = createFaults(options.chaos);
  const quotas = {
    read: createQuota(options.readsPerSecond ?? 10, options.readsPerDay ?? 100_000),
    write: createQuota(options.writesPerSecond ?? 1, options.writesPerDay ?? 10_000),
  };
  const service: Service = {
    state,
    clock,
    speed: options.speed ?? 1,
    invisibleMs: options.invisibleMs ?? 4 * SECOND,
    pageSize: options.pageSize ?? 1000,
    closing: closing.signal,
  };
  let calls: { operation: string; at: number; outcome: string }[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = { operation: wire.operationOf(request), at: clock.now(), outcome: 'pending' };
    // The log is cut in large steps, because removing one call at a time would copy the whole log each time.
    if (calls.push(call) >= 2 * CALLS_KEPT) calls = calls.slice(-CALLS_KEPT);
    const reply = await replyFor(request, call.operation);
    call.outcome = outcomeOf(reply);
    wire.send(response, reply);
  }

  async function replyFor(request: IncomingMessage, operationName: string): Promise<wire.Reply> {
    const fault = faults.next(operationName);
    const delayMs = latencyMs + (fault?.kind === 'latency' ? fault.ms : 0);
    if (delayMs > 0) await clock.sleep(delayMs, closing.signal);
    return replyInstead(fault) ?? replyAfter(await attempt(request, operationName), fault);
  }

  async function attempt(request: IncomingMessage, operationName: string): Promise<wire.Reply> {
    try {
      const body = await wire.readBody(request);
      if (closing.signal.aborted) return { kind: 'reset-before' };
      wire.assertSpeaksAwsJson(request);
      const operation = operationNamed(operationName);
      if (operation === undefined) {
        throw new ServiceError(
          'UnknownOperationException',
          `Operation '${operationName}' is not supported by the simulator.`,
        );
      }
      wire.assertSigned(request);
      if (!quotas[operation.quota].take(clock.monotonic()))
        throw new ServiceError('ThrottlingException', 'Rate exceeded');
      return await operation.answer(service, wire.parseBody(body));
    } catch (error) {
      if (error instanceof ServiceError) return { kind: 'error', error };
      // The caller closed the connection before the request was complete.
      if (request.destroyed && !request.complete) return { kind: 'reset-before' };
      return {
        kind: 'error',
        error: new ServiceError('InternalServerException', `The simulator failed: ${String(error)}`),
      };
    }
  }

  const server = createServer((request, response) => {
    // The built-in simulator shares the gateway's process, so its own failure ends only the connection.
    serve(request, response).catch(() => response.destroy());
  });
  // Idle connections stay open, because a close that coincides with a reuse would look like a fault that was not
  // injected.
  server.keepAliveTimeout = 0;
  try {
    await new Promise<void>((resolve, reject) => server.once('error', reject).listen(port, host, resolve));
  } catch (error) {
    journal.close();
    throw error;
  }

  let closed: Promise<void> | undefined;
  function close(): Promise<void> {
    return (closed ??= new Promise<void>((resolve) => {
      closing.abort();
      server.close(() => resolve());
      server.closeAllConnections();
    }).finally(() => journal.close()));
  }

  return {
    endpoint: endpointOf(server.address()),
    calls: () => calls.slice(-CALLS_KEPT),
    tasks: () => state.tasks(),
    inject: (injection) => faults.inject(injection),
    close,
  };
}

/**
 * A clock that never goes back, not even before the latest time in the journal. Otherwise accepted tasks would lie in
 * the future and never end.
 */
function monotonicClock(clock: Clock, times: readonly number[]): Clock {
  let latest = times.reduce((a, b) => Math.max(a, b), -Infinity);
  let readAt = clock.monotonic();
  return {
    ...clock,
    now() {
      const passedMs = clock.monotonic() - readAt;
      readAt += passedMs;
      latest = Math.max(clock.now(), latest + passedMs);
      return latest;
    },
  };
}

function outcomeOf(reply: wire.Reply): string {
  if (reply.kind === 'answer') return 'ok';
  return reply.kind === 'error' ? reply.error.name : reply.kind;
}

function endpointOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  if (address === null || typeof address === 'string') throw new Error('The simulator listens on TCP only.');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
