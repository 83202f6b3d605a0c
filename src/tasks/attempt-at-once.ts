/**
 * An attempt at a start within the write that accepts it. Whether there may be one is for the database to say as it works: whoever asks first and
 * decides then makes another journey there.
 */
import { compiledOnce, type Params } from '../db/compiled.js';
import { lastly, type Sql, type Tx } from '../db/database.js';
import { spacingMs, type QuotaLimits } from '../partner-central/quota.js';

export type AtOnce = {
  /** Of the start, which the same write has stored, as of the time that it holds. */
  readonly id: string;
  /** Of the worker that is to send it. */
  readonly epoch: number;
  readonly limits: QuotaLimits;
  /** Starts that are being sent: they wait no longer. */
  readonly sending: readonly string[];
};

/**
 * Makes the start an attempt and takes the permission for it where `epoch` counts, no start is due before it and `decidePermission` would surely
 * grant one; else does nothing. "Surely": calls that no longer count are not told from others here. Then the start queues, and whoever takes it
 * from there looks closely.
 *
 * The same write must have locked the quota's totals (`lockTotals`) before it stored the start, whose time is taken for the call's: had it waited for
 * the lock after that, a call would be dated before it is made, and the next one could follow it too soon.
 */
export async function attemptAtOnce(tx: Tx, { id, epoch, limits, sending }: AtOnce): Promise<boolean> {
  const attempted = makeAttempt(tx, { id, epoch, perDay: limits.perDay, spacing: Math.ceil(spacingMs(limits)), others: [id, ...sending] });
  lastly(tx, attempted, logCallOf(tx, { id }), countCallOf(tx, { id }));
  return (await attempted).rows.length > 0;
}

type AttemptParams = { readonly id: string; readonly epoch: number; readonly perDay: number; readonly spacing: number; readonly others: readonly string[] };

const makeAttempt = compiledOnce((sql: Sql, { id, epoch, perDay, spacing, others }: Params<AttemptParams>) =>
  sql
    .updateTable('tasks')
    .set((eb) => ({ attempt_count: 1, first_attempt_at: eb.ref('created_at'), may_have_reached: 1 }))
    .where('id', '=', id)
    .where((eb) => eb.exists(eb.selectFrom('log_head').select('log_head.id').where('worker_epoch', '=', epoch)))
    .where((eb) =>
      eb.not(
        eb.exists(
          eb
            .selectFrom('tasks as other')
            .select('other.id')
            .where('other.status', '=', 'QUEUED')
            .whereRef('other.due_at', '<=', 'tasks.created_at')
            .where('other.id', 'not in', others),
        ),
      ),
    )
    .where((eb) =>
      eb.exists(
        eb
          .selectFrom('quota_totals')
          .select('quota')
          .where('quota', '=', 'writes')
          .where('call_count', '<', perDay)
          .whereRef('blocked_until', '<=', 'tasks.created_at'),
      ),
    )
    .where((eb) => {
      const latest = eb.selectFrom('quota_calls').select('taken_at').where('quota', '=', 'writes').orderBy('quota_calls.id', 'desc').limit(1);
      return eb(eb.fn.coalesce(latest, eb.lit(0)), '<=', eb('created_at', '-', spacing));
    })
    .returning('tasks.id'),
);

const logCallOf = compiledOnce((sql: Sql, { id }: Params<{ id: string }>) =>
  sql
    .insertInto('quota_calls')
    .columns(['quota', 'id', 'taken_at'])
    .expression(
      sql
        .selectFrom('quota_totals')
        .innerJoin('tasks', (join) => join.on('tasks.id', '=', id))
        .select((eb) => ['quota_totals.quota', eb('quota_totals.last_id', '+', 1).as('id'), 'tasks.created_at'])
        .where('quota_totals.quota', '=', 'writes')
        .where('tasks.attempt_count', '=', 1),
    ),
);

const countCallOf = compiledOnce((sql: Sql, { id }: Params<{ id: string }>) =>
  sql
    .updateTable('quota_totals')
    .set((eb) => ({ last_id: eb('last_id', '+', 1), call_count: eb('call_count', '+', 1) }))
    .where('quota', '=', 'writes')
    .where((eb) => eb.exists(eb.selectFrom('tasks').select('tasks.id').where('tasks.id', '=', id).where('attempt_count', '=', 1))),
);
