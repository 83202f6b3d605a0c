/**
 * Statements that expedite the poll of a task after an EventBridge event, and keep later statements from undoing it.
 */
import type { Sql, Tx } from '../../db/database.js';
import { identifierOf } from '../../partner-central/task-operations.js';
import { detailsIn } from './task-row.js';
import { READABLE_ROWS, readItems } from './readable.js';

/** Bounds the search for one event. The search covers the tasks that would be polled last. */
const MAX_TASKS_SEARCHED = 2000;

/** A task in progress, with the identifiers by which an event may name it. */
export type ExpeditableTask = {
  readonly id: string;
  readonly catalog: string;
  readonly subjects: readonly string[];
  readonly expeditedAt: number | null;
};

export async function expeditableTasks(sql: Sql): Promise<ExpeditableTask[]> {
  const tasks = sql
    .selectFrom('tasks')
    .select(['position', 'id', 'catalog', 'identifier', 'answer', 'hurried_at'])
    .where('status', '=', 'IN_PROGRESS')
    .where('due_at', 'is not', null)
    .orderBy('due_at', 'desc')
    .limit(MAX_TASKS_SEARCHED);
  return readItems(
    tasks,
    (row) => {
      const { opportunityId, engagementId, engagementInvitationId } = detailsIn(row);
      const named = [row.identifier, opportunityId, engagementId, engagementInvitationId];
      return {
        id: row.id,
        catalog: row.catalog,
        subjects: named.flatMap((name) => (name ? identifierOf(name) : [])),
        expeditedAt: row.hurried_at,
      };
    },
    READABLE_ROWS,
  );
}

/** Schedules a poll at `at`, unless an expedited poll is scheduled between `now` and then. */
export async function expedite(tx: Tx, ids: readonly string[], at: number, now: number): Promise<void> {
  await tx
    .updateTable('tasks')
    .set((eb) => ({ hurried_at: at, due_at: eb.case().when('due_at', '>', at).then(at).else(eb.ref('due_at')).end() }))
    .where('id', 'in', ids)
    .where('status', '=', 'IN_PROGRESS')
    .where((eb) => eb.or([eb('hurried_at', 'is', null), eb('hurried_at', '<=', now), eb('hurried_at', '>', at)]))
    .execute();
}

/**
 * Postpones polls, but not past an expedited poll for a time after `since`. A poll that began at `since` may not have
 * seen the change that the event reported.
 */
export async function postponePolls(sql: Sql, ids: readonly string[], dueAt: number, since: number): Promise<void> {
  await sql
    .updateTable('tasks')
    .set((eb) => ({
      due_at: eb
        .case()
        .when(eb.and([eb('hurried_at', '>', since), eb('hurried_at', '<', dueAt)]))
        .then(eb.ref('hurried_at'))
        .else(dueAt)
        .end(),
    }))
    .where('id', 'in', ids)
    .where('status', '=', 'IN_PROGRESS')
    .execute();
}
