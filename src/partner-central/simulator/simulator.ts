/**
 * Partner Central Selling as far as a seller's day goes, behind real HTTP, so that the genuine SDK can talk to it. What is done with
 * a request happens in one order: faults, protocol, signature, quota, validation, token, scenario. It knows nothing of who
 * calls. Only what a journal holds outlives it: a restart forgets the quota that was spent, which AWS would not.
 */
import { setMaxListeners } from 'node:events';
import { type IncomingMessage, type ServerResponse, createServer } from 'node:http';
import { type Clock, systemClock } from '../../runtime/clock.js';
import * as wire from './protocol/aws-json.js';
import { type Chaos, type Injection, createFaults, disturbed, refusal } from './faults.js';
import { openJournal } from './state/journal.js';
import { operationNamed } from './simulator-operations.js';
import { createQuota } from './quota-limits.js';
import { ServiceError } from './protocol/service-error.js';
import type { Service } from './state/service.js';
import { type StoredTask, createWorld } from './state/state.js';

export type SimulatorOptions = {
  readonly clock?: Clock;
  readonly host?: string;
  /** 0 picks a free one. */
  readonly port?: number;
  /** Path of the file that keeps tasks and edits over restarts; created when it is missing. Nothing is kept without. */
  readonly journal?: string | undefined;
  readonly readsPerSecond?: number;
  readonly writesPerSecond?: number;
  readonly readsPerDay?: number;
  readonly writesPerDay?: number;
  /** The largest page a List gives, whatever MaxResults says. */
  readonly pageSize?: number;
  /** How many times faster than the clock the timelines of tasks run. The quotas are not touched by it. */
  readonly speed?: number;
  /** How long every request is under way before it is taken. */
  readonly latencyMs?: number;
  readonly chaos?: Chaos | undefined;
};

/** One request that arrived. */
type Call = {
  /** As the request named it, known or not. */
  readonly operation: string;
  readonly at: number;
  /** 'ok', the name of an error, the kind of fault that hit it, or 'pending' while there is none of these. */
  readonly outcome: string;
};

export type Simulator = {
  readonly endpoint: string;
  /** The last 100,000 calls, oldest first. */
  calls(): readonly Call[];
  /** Every task there is, in the order of acceptance. */
  tasks(): readonly StoredTask[];
  /** Returns what takes the fault away again. */
  inject(injection: Injection): () => void;
  /** Breaks every connection. May be called again. */
  close(): Promise<void>;
};

const CALLS_KEPT = 100_000;

export async function createSimulator(options: SimulatorOptions = {}): Promise<Simulator> {
  const { clock: given = systemClock, host = '127.0.0.1', port = 0, latencyMs = 0 } = options;
  const closing = new AbortController();
  // Every call that is held up listens, and there may be many.
  setMaxListeners(0, closing.signal);
  const journal = openJournal(options.journal);
  const world = createWorld(journal);
  const clock = neverBack(
    given,
    journal.entries.map((entry) => ('start' in entry ? entry.start.startedAt : entry.edit.at)),
  );
  const faults = createFaults(options.chaos);
  const quotas = {
    read: createQuota(options.readsPerSecond ?? 10, options.readsPerDay ?? 100_000),
    write: createQuota(options.writesPerSecond ?? 1, options.writesPerDay ?? 10_000),
  };
  const service: Service = {
    world,
    clock,
    speed: options.speed ?? 1,
    pageSize: options.pageSize ?? 1000,
    closing: closing.signal,
  };
  let calls: { operation: string; at: number; outcome: string }[] = [];

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const call = { operation: wire.operationOf(request), at: clock.now(), outcome: 'pending' };
    // Cut in large steps: shifting one call at a time would copy the whole log for each.
    if (calls.push(call) >= 2 * CALLS_KEPT) calls = calls.slice(-CALLS_KEPT);
    const delivery = await deliveryFor(request, call.operation);
    call.outcome = outcomeOf(delivery);
    wire.deliver(response, delivery);
  }

  async function deliveryFor(request: IncomingMessage, operationName: string): Promise<wire.Delivery> {
    const fault = faults.next(operationName);
    const delayMs = latencyMs + (fault?.kind === 'latency' ? fault.ms : 0);
    if (delayMs > 0) await clock.sleep(delayMs, closing.signal);
    return refusal(fault) ?? disturbed(await attempt(request, operationName), fault);
  }

  async function attempt(request: IncomingMessage, operationName: string): Promise<wire.Delivery> {
    try {
      const body = await wire.readBody(request);
      if (closing.signal.aborted) return { kind: 'reset-before' };
      wire.assertSpeaksAwsJson(request);
      const operation = operationNamed(operationName);
      if (operation === undefined) {
        throw new ServiceError('UnknownOperationException', `Operation '${operationName}' is not known here.`);
      }
      wire.assertSigned(request);
      if (!quotas[operation.quota].take(clock.monotonic()))
        throw new ServiceError('ThrottlingException', 'Rate exceeded');
      return await operation.answer(service, wire.parseBody(body));
    } catch (error) {
      if (error instanceof ServiceError) return { kind: 'error', error };
      // The caller left while sending.
      if (request.destroyed && !request.complete) return { kind: 'reset-before' };
      return {
        kind: 'error',
        error: new ServiceError('InternalServerException', `The simulator failed: ${String(error)}`),
      };
    }
  }

  const server = createServer((request, response) => {
    // The built-in simulator is part of the gateway's process: a fault of its own ends the connection only.
    serve(request, response).catch(() => response.destroy());
  });
  // An idle connection that the server closes just as the client reuses it would look like a fault nobody asked for.
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
    tasks: () => world.tasks(),
    inject: (injection) => faults.inject(injection),
    close,
  };
}

/** Time that goes on where a clock is set back, and from the latest of the times that are known: what happened must not lie ahead, or tasks never ended. */
function neverBack(clock: Clock, times: readonly number[]): Clock {
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

function outcomeOf(delivery: wire.Delivery): string {
  if (delivery.kind === 'answer') return 'ok';
  return delivery.kind === 'error' ? delivery.error.name : delivery.kind;
}

function endpointOf(address: ReturnType<ReturnType<typeof createServer>['address']>): string {
  if (address === null || typeof address === 'string') throw new Error('The simulator listens on TCP only.');
  return `http://${address.family === 'IPv6' ? `[${address.address}]` : address.address}:${address.port}`;
}
