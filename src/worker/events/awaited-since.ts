/** The time since which events are awaited, which all gateways on the database share. */
import type { Sql, Tx } from '../../db/database.js';

/** 0 while no gateway awaits events. */
export async function awaitedSince(sql: Sql): Promise<number> {
  const head = await sql.selectFrom('log_head').select('events_awaited_since').executeTakeFirst();
  return head?.events_awaited_since ?? 0;
}

/** Sets the time if it is unset, or in the future after a correction of the clock. */
export async function beginToAwait(tx: Tx, now: number): Promise<void> {
  await tx
    .updateTable('log_head')
    .set({ events_awaited_since: now })
    .where((eb) => eb.or([eb('events_awaited_since', '=', 0), eb('events_awaited_since', '>', now)]))
    .execute();
}

/** @param since the time of an event, or 0 because events are not awaited any more */
export async function setAwaitedSince(tx: Tx, since: number): Promise<void> {
  await tx.updateTable('log_head').set({ events_awaited_since: since }).execute();
}
