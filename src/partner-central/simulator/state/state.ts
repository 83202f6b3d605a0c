/**
 * What was accepted: the tasks, the edits, and what a ClientToken stands for. Accepting is synchronous from the look at the token
 * to the durable journal line, so that concurrent Starts with one token can only ever create one task. A token belongs to the
 * account: not to a catalog and not to an operation. What follows from all this is worked out in `opportunities.ts`,
 * `engagements.ts` and `invitations.ts`.
 */
import type { Edit, EditRequest } from './updates.js';
import { withoutArn } from '../records/record-identifiers.js';
import type { AcceptedStart, Journal, StartRequest } from './journal.js';
import { type Ids, idsOf } from '../tasks/task-kinds.js';

export type StoredTask = AcceptedStart & {
  /** Its place in the order of acceptance. */
  readonly sequence: number;
  readonly ids: Ids;
};

/** What a token means for a request that carries it. */
type TokenUse =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly task: StoredTask }
  | { readonly kind: 'other-body' }
  | { readonly kind: 'other-operation' };

/** What was accepted that is about one thing, in that order. */
type History = { readonly tasks: readonly StoredTask[]; readonly edits: readonly Edit[] };

export type World = {
  useOfToken(request: StartRequest): TokenUse;
  /** How many sends of this token there have been, this one included. Forgotten by a restart, and once a task exists. */
  countSend(clientToken: string): number;
  accept(request: StartRequest, now: number): StoredTask;
  /** The task that `accept` would have made. */
  imagine(request: StartRequest, now: number): StoredTask;
  /** `body` is what `request` was read from. */
  edit(request: EditRequest, body: unknown, now: number): void;
  tasks(): readonly StoredTask[];
  /** By id or ARN. */
  task(idOrArn: string): StoredTask | undefined;
  /** Of the opportunity, engagement, invitation or snapshot job with this id: also of one that a task is about to make. */
  historyOf(catalog: string, id: string): History;
};

const NO_HISTORY: History = { tasks: [], edits: [] };

export function createWorld(journal: Journal): World {
  const tasks: StoredTask[] = [];
  const byToken = new Map<string, StoredTask>();
  const byIdOrArn = new Map<string, StoredTask>();
  const engagementByOpportunity = new Map<string, string>();
  const histories = new Map<string, { tasks: StoredTask[]; edits: Edit[] }>();
  const sends = new Map<string, number>();

  function build(start: AcceptedStart): StoredTask {
    const engagementOf = (opportunity: string) => engagementByOpportunity.get(`${start.catalog} ${opportunity}`);
    return { ...start, sequence: tasks.length, ids: idsOf(start, engagementOf) };
  }

  function historyOf(key: string) {
    const history = histories.get(key) ?? { tasks: [], edits: [] };
    histories.set(key, history);
    return history;
  }

  function add(start: AcceptedStart): StoredTask {
    const task = build(start);
    const { TaskId, TaskArn, OpportunityId, EngagementId, EngagementInvitationId, ResourceSnapshotJobId } = task.ids;
    tasks.push(task);
    byToken.set(task.clientToken, task);
    for (const id of [TaskId, TaskArn]) if (id !== undefined) byIdOrArn.set(id, task);
    if (OpportunityId !== undefined && EngagementId !== undefined) {
      engagementByOpportunity.set(`${task.catalog} ${OpportunityId}`, EngagementId);
    }
    for (const id of [OpportunityId, EngagementId, EngagementInvitationId, ResourceSnapshotJobId]) {
      if (id !== undefined) historyOf(`${task.catalog} ${withoutArn(id)}`).tasks.push(task);
    }
    sends.delete(task.clientToken);
    return task;
  }

  function addEdit(edit: Edit): void {
    historyOf(`${edit.catalog} ${edit.target}`).edits.push(edit);
  }

  for (const entry of journal.entries) {
    if ('start' in entry) add(entry.start);
    else addEdit(entry.edit);
  }

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
      journal.appendStart(start);
      return add(start);
    },
    imagine: (request, now) => build({ ...request, startedAt: now }),
    edit(request, body, now) {
      const edit = { ...request, at: now };
      journal.appendEdit(edit, body);
      addEdit(edit);
    },
    tasks: () => tasks,
    task: (idOrArn) => byIdOrArn.get(idOrArn),
    historyOf: (catalog, id) => histories.get(`${catalog} ${id}`) ?? NO_HISTORY,
  };
}
