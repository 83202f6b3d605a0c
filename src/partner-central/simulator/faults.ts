/**
 * What can go wrong between a caller and the service, on purpose. Two questions matter to the caller and are kept apart here:
 * was the request taken, and what came back. A fault that keeps a request from being taken also keeps it from being counted
 * against the quota.
 */
import { SECOND } from '../../runtime/clock.js';
import type { Delivery } from './protocol/aws-json.js';
import type { OperationName } from './protocol/operation.js';
import { type ErrorMembers, ServiceError } from './protocol/service-error.js';

export type Fault =
  /** Taken `ms` later than it arrived. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Not taken; answered with this error. */
  | { readonly kind: 'error'; readonly name: string; readonly message?: string; readonly members?: ErrorMembers }
  /** Not taken; the connection is reset. */
  | { readonly kind: 'reset-before' }
  /** Taken; the connection is reset instead of an answer. */
  | { readonly kind: 'reset-after' }
  /** Taken; half of the promised answer arrives, then the connection breaks. */
  | { readonly kind: 'half-answer' }
  /** Not taken; a proxy answers with a page. */
  | { readonly kind: 'html'; readonly status: number }
  /** Taken; nothing comes back until the simulator closes. */
  | { readonly kind: 'hang' };

export type Injection = {
  /** Every operation, when left out. */
  readonly operation?: OperationName;
  /** How many calls it hits before it is spent; Infinity is allowed. */
  readonly times: number;
  readonly fault: Fault;
};

/** The same seed gives the same faults to the same sequence of calls. `rate` is the share of calls that are hit, 0 to 1. */
export type Chaos = { readonly seed: number; readonly rate: number };

export type Faults = {
  /** Returns what takes the injection away again. Of several that fit a call, the first injected hits it, alone. */
  inject(injection: Injection): () => void;
  /** The fault that hits this call. */
  next(operation: string): Fault | undefined;
};

export function createFaults(chaos?: Chaos): Faults {
  const injections = new Set<{ readonly injection: Injection; left: number }>();
  const random = chaos === undefined ? undefined : seededRandom(chaos.seed);

  return {
    inject(injection) {
      const entry = { injection, left: injection.times };
      injections.add(entry);
      return () => injections.delete(entry);
    },
    next(operation) {
      for (const entry of injections) {
        if (entry.injection.operation !== undefined && entry.injection.operation !== operation) continue;
        entry.left--;
        if (entry.left <= 0) injections.delete(entry);
        if (entry.left >= 0) return entry.injection.fault;
      }
      return random !== undefined && chaos !== undefined && random() < chaos.rate ? anyFault(random) : undefined;
    },
  };
}

/** What comes back of a request that the fault keeps from being taken; undefined when it is taken. */
export function refusal(fault: Fault | undefined): Delivery | undefined {
  switch (fault?.kind) {
    case 'error':
      return { kind: 'error', error: new ServiceError(fault.name, fault.message ?? '', fault.members) };
    case 'html':
    case 'reset-before':
      return fault;
    case 'latency':
    case 'reset-after':
    case 'half-answer':
    case 'hang':
    case undefined:
      return undefined;
  }
}

/** What becomes of the answer to a request that was taken. */
export function disturbed(delivery: Delivery, fault: Fault | undefined): Delivery {
  switch (fault?.kind) {
    case 'reset-after':
    case 'hang':
      return fault;
    case 'half-answer':
      return { kind: 'half-answer', body: delivery.kind === 'answer' ? delivery.body : {} };
    case 'latency':
    case 'error':
    case 'html':
    case 'reset-before':
    case undefined:
      return delivery;
  }
}

/** Only what passes: chaos may delay the outcome of a task and hide it, but never changes it. */
function anyFault(random: () => number): Fault {
  const faults: readonly Fault[] = [
    { kind: 'latency', ms: Math.round(random() * 2 * SECOND) },
    { kind: 'error', name: 'ThrottlingException', message: 'Rate exceeded' },
    { kind: 'error', name: 'InternalServerException', message: 'Internal server error' },
    { kind: 'reset-before' },
    { kind: 'reset-after' },
    { kind: 'half-answer' },
    { kind: 'html', status: 502 },
    { kind: 'hang' },
  ];
  return faults[Math.floor(random() * faults.length)] ?? { kind: 'reset-before' };
}

/** mulberry32: 32 bits of state are plenty for choosing faults, and a seed in a test's output is enough to repeat it. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
