/**
 * The state of the service: the tasks, and what a ClientToken stands for. Accepting is synchronous from the look at the token to
 * the durable journal line, so that concurrent Starts with one token can only ever create one task. A token belongs to the
 * account: not to a catalog and not to an operation.
 */
import type { AcceptedStart, Journal, StartRequest } from './journal.js';
import { type Ids, idsOf } from './task-kinds.js';

export type StoredTask = AcceptedStart & {
  /** Its place in the order of acceptance. */
  readonly sequence: number;
  readonly ids: Ids;
};

/** What a token means for a request that carries it. */
export type TokenUse =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly task: StoredTask }
  | { readonly kind: 'other-body' }
  | { readonly kind: 'other-operation' };

export type World = {
  useOfToken(request: StartRequest): TokenUse;
  /** How many sends of this token there have been, this one included. Forgotten by a restart, and once a task exists. */
  countSend(clientToken: string): number;
  accept(request: StartRequest, now: number): StoredTask;
  /** The task that `accept` would have made. */
  imagine(request: StartRequest, now: number): StoredTask;
  tasks(): readonly StoredTask[];
  /** By id or ARN. */
  task(idOrArn: string): StoredTask | undefined;
};

export function createWorld(journal: Journal): World {
  const tasks: StoredTask[] = [];
  const byToken = new Map<string, StoredTask>();
  const byIdOrArn = new Map<string, StoredTask>();
  const engagementByOpportunity = new Map<string, string>();
  const sends = new Map<string, number>();

  function build(start: AcceptedStart): StoredTask {
    const engagementOf = (opportunity: string) => engagementByOpportunity.get(`${start.catalog} ${opportunity}`);
    return { ...start, sequence: tasks.length, ids: idsOf(start, engagementOf) };
  }

  function add(start: AcceptedStart): StoredTask {
    const task = build(start);
    const { TaskId, TaskArn, OpportunityId, EngagementId } = task.ids;
    tasks.push(task);
    byToken.set(task.clientToken, task);
    for (const id of [TaskId, TaskArn]) if (id !== undefined) byIdOrArn.set(id, task);
    if (OpportunityId !== undefined && EngagementId !== undefined) {
      engagementByOpportunity.set(`${task.catalog} ${OpportunityId}`, EngagementId);
    }
    sends.delete(task.clientToken);
    return task;
  }

  for (const start of journal.starts) add(start);

  return {
    useOfToken(request) {
      const task = byToken.get(request.clientToken);
      if (task === undefined) return { kind: 'new' };
      if (task.kind !== request.kind) return { kind: 'other-operation' };
      return task.fingerprint === request.fingerprint ? { kind: 'replay', task } : { kind: 'other-body' };
    },
    countSend(clientToken) {
      const count = (sends.get(clientToken) ?? 0) + 1;
      sends.set(clientToken, count);
      return count;
    },
    accept(request, now) {
      const start = { ...request, startedAt: now };
      // Durable first: a task that was answered must not be forgotten.
      journal.append(start);
      return add(start);
    },
    imagine: (request, now) => build({ ...request, startedAt: now }),
    tasks: () => tasks,
    task: (idOrArn) => byIdOrArn.get(idOrArn),
  };
}
