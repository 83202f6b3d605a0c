/**
 * The faults that the simulator injects between a caller and the service. A fault decides two things: if the request is
 * processed, and what the caller receives. A request that is not processed does not count against the quota.
 */
import { SECOND } from '../../runtime/clock.js';
import type { Reply } from './protocol/aws-json.js';
import type { OperationName } from './protocol/operation.js';
import { type ErrorMembers, ServiceError } from './protocol/service-error.js';

export type Fault =
  /** Processed `ms` after it arrived. */
  | { readonly kind: 'latency'; readonly ms: number }
  /** Not processed; the answer is this error. */
  | { readonly kind: 'error'; readonly name: string; readonly message?: string; readonly members?: ErrorMembers }
  /** Processed; the answer is this error all the same. */
  | { readonly kind: 'error-after'; readonly name: string; readonly message?: string }
  /** Not processed; the connection is reset. */
  | { readonly kind: 'reset-before' }
  /** Processed; the connection is reset instead of an answer. */
  | { readonly kind: 'reset-after' }
  /** Processed; the connection breaks after half of the answer. */
  | { readonly kind: 'half-answer' }
  /** Not processed; a proxy answers with a page. */
  | { readonly kind: 'html'; readonly status: number }
  /** Processed; the caller receives nothing until the simulator closes. */
  | { readonly kind: 'hang' };

export type Injection = {
  /** Absent for every operation. */
  readonly operation?: OperationName;
  /** The number of calls that the fault hits; Infinity is allowed. */
  readonly times: number;
  readonly fault: Fault;
};

/** Random faults. The same seed gives the same faults to the same calls. `rate` is the share of calls hit, 0 to 1. */
export type Chaos = { readonly seed: number; readonly rate: number };

export type Faults = {
  /** Returns a function that removes the injection. If several match a call, only the first injected hits it. */
  inject(injection: Injection): () => void;
  /** The fault that hits this call, if any. */
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

/** The reply of a request that the fault keeps from being processed; undefined if the request is processed. */
export function replyInstead(fault: Fault | undefined): Reply | undefined {
  switch (fault?.kind) {
    case 'error':
      return { kind: 'error', error: new ServiceError(fault.name, fault.message ?? '', fault.members) };
    case 'html':
    case 'reset-before':
      return fault;
    case 'latency':
    case 'error-after':
    case 'reset-after':
    case 'half-answer':
    case 'hang':
    case undefined:
      return undefined;
  }
}

/** The reply of a processed request, after the fault. */
export function replyAfter(reply: Reply, fault: Fault | undefined): Reply {
  switch (fault?.kind) {
    case 'error-after':
      return { kind: 'error', error: new ServiceError(fault.name, fault.message ?? '') };
    case 'reset-after':
    case 'hang':
      return fault;
    case 'half-answer':
      return { kind: 'half-answer', body: reply.kind === 'answer' ? reply.body : {} };
    case 'latency':
    case 'error':
    case 'html':
    case 'reset-before':
    case undefined:
      return reply;
  }
}

/** Chaos uses only transient faults, which may delay or hide the outcome of a task but never change it. */
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

/** mulberry32: 32 bits of state suffice to choose faults, and the seed alone repeats a run. */
function seededRandom(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
