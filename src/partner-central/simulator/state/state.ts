/**
 * The accepted requests: tasks, updates, and the use of each ClientToken. Acceptance is synchronous from the token
 * check to the durable line of the journal, so that concurrent Starts with one token create one task. A token belongs
 * to the account, not to a catalog or an operation. The files in `records/` derive the records from this state.
 */
import type { Creation, Update, UpdateRequest } from './updates.js';
import { withoutArn } from '../records/record-identifiers.js';
import type { AcceptedStart, Journal, StartRequest } from './journal.js';
import { type Ids, idsOf } from '../tasks/task-kinds.js';

export type StoredTask = AcceptedStart & {
  /** The position in the order of acceptance. */
  readonly sequence: number;
  readonly ids: Ids;
};

type StoredCreation = Creation & { readonly at: number };

/** The use of a token, from the view of a request that carries it. */
type TokenUse<T> =
  | { readonly kind: 'new' }
  | { readonly kind: 'replay'; readonly first: T }
  | { readonly kind: 'other-body' }
  | { readonly kind: 'other-operation' };

/** The accepted requests that concern one record, in order. */
type History = { readonly tasks: readonly StoredTask[]; readonly updates: readonly Update[] };

export type State = {
  useOfToken(request: StartRequest): TokenUse<StoredTask>;
  useOfCreationToken(request: Creation): TokenUse<StoredCreation>;
  /** Counts a send of this token and returns the count. A restart resets it, and so does the task once it exists. */
  countSend(clientToken: string): number;
  accept(request: StartRequest, now: number): StoredTask;
  /** The task that `accept` would create. */
  preview(request: StartRequest, now: number): StoredTask;
  /** @param body the source of `request` */
  update(request: UpdateRequest, body: unknown, now: number): void;
  tasks(): readonly StoredTask[];
  /** The accepted creations of opportunities, in order. */
  creations(): Iterable<StoredCreation>;
  /** Finds a task by its id or ARN. */
  task(idOrArn: string): StoredTask | undefined;
  /** The history of the record with this id, even before a task has created the record. */
  historyOf(catalog: string, id: string): History;
};

const NO_HISTORY: History = { tasks: [], updates: [] };

export function createState(journal: Journal): State {
  const tasks: StoredTask[] = [];
  const byToken = new Map<string, StoredTask>();
  const creations = new Map<string, StoredCreation>();
  const byIdOrArn = new Map<string, StoredTask>();
  const engagementByOpportunity = new Map<string, string>();
  const histories = new Map<string, { tasks: StoredTask[]; updates: Update[] }>();
  const sends = new Map<string, number>();

  function build(start: AcceptedStart): StoredTask {
    const engagementOf = (opportunity: string) => engagementByOpportunity.get(`${start.catalog} ${opportunity}`);
    return { ...start, sequence: tasks.length, ids: idsOf(start, engagementOf) };
  }

  function historyOf(key: string) {
    const history = histories.get(key) ?? { tasks: [], updates: [] };
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

  function addUpdate(update: Update): void {
    historyOf(`${update.catalog} ${update.target}`).updates.push(update);
    if (update.operation === 'CreateOpportunity') creations.set(update.clientToken, update);
  }

  for (const entry of journal.entries) {
    if ('start' in entry) add(entry.start);
    else addUpdate(entry.update);
  }

  return {
    useOfToken(request) {
      if (creations.has(request.clientToken)) return { kind: 'other-operation' };
      const first = byToken.get(request.clientToken);
      if (first === undefined) return { kind: 'new' };
      if (first.kind !== request.kind) return { kind: 'other-operation' };
      return first.fingerprint === request.fingerprint ? { kind: 'replay', first } : { kind: 'other-body' };
    },
    useOfCreationToken(request) {
      if (byToken.has(request.clientToken)) return { kind: 'other-operation' };
      const first = creations.get(request.clientToken);
      if (first === undefined) return { kind: 'new' };
      return first.fingerprint === request.fingerprint ? { kind: 'replay', first } : { kind: 'other-body' };
    },
    countSend(clientToken) {
      const count = (sends.get(clientToken) ?? 0) + 1;
      sends.set(clientToken, count);
      return count;
    },
    accept(request, now) {
      const start = { ...request, startedAt: now };
      // The journal comes first, because a task that was answered must survive a restart.
      journal.appendStart(start);
      return add(start);
    },
    preview: (request, now) => build({ ...request, startedAt: now }),
    update(request, body, now) {
      const update = { ...request, at: now };
      journal.appendUpdate(update, body);
      addUpdate(update);
    },
    tasks: () => tasks,
    creations: () => creations.values(),
    task: (idOrArn) => byIdOrArn.get(idOrArn),
    historyOf: (catalog, id) => histories.get(`${catalog} ${id}`) ?? NO_HISTORY,
  };
}
