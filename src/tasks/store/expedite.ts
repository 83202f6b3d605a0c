/** The statements by which an event makes the worker look at a task sooner than it would, and by which that is kept to. */
import type { Sql, Tx } from '../../db/database.js';
import { identifierOf } from '../../partner-central/task-operations.js';
import { detailsIn } from './task-row.js';
import { READABLE_ROWS, readItems } from './readable.js';

/** More tasks than these are not looked through for one hint; those that would be asked about last are. */
const LOOKED_THROUGH = 2000;

/** A task that AWS is working on, with everything that an event may call it by. */
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
    .limit(LOOKED_THROUGH);
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

/** Promises a look at `at`, unless one is promised already for between `now` and then. */
export async function expedite(tx: Tx, ids: readonly string[], at: number, now: number): Promise<void> {
  await tx
    .updateTable('tasks')
    .set((eb) => ({ hurried_at: at, due_at: eb.case().when('due_at', '>', at).then(at).else(eb.ref('due_at')).end() }))
    .where('id', 'in', ids)
    .where('status', '=', 'IN_PROGRESS')
    .where((eb) => eb.or([eb('hurried_at', 'is', null), eb('hurried_at', '<=', now), eb('hurried_at', '>', at)]))
    .execute();
}

/** Puts tasks off, but not past a look that was promised after `since`: a poll that began then may have seen nothing of what that is for. */
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
