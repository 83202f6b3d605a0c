/**
 * The calls of the last hour or day in equal steps, for plots. No call is counted one by one, because ids grow with the
 * time and have no gaps. The difference of the first ids of two steps is the number of calls between them.
 */
import { HOUR, MINUTE } from '../../runtime/clock.js';
import { nowOnce, type Database } from '../../db/database.js';
import type { QuotaName } from './quota.js';

export type QuotaWindow = 'hour' | 'day';

export type QuotaCalls = { readonly startsAt: number; readonly endsAt: number; readonly count: number };

const WINDOWS: Readonly<Record<QuotaWindow, { readonly steps: number; readonly stepMs: number }>> = {
  hour: { steps: 60, stepMs: MINUTE },
  day: { steps: 24, stepMs: HOUR },
};

/** @returns the steps of the window, the oldest first; the last one ends now */
export async function quotaCalls(db: Database, quota: QuotaName, window: QuotaWindow): Promise<QuotaCalls[]> {
  const { steps, stepMs } = WINDOWS[window];
  const places = Array.from({ length: steps }, (_, place) => place);
  const row = await db.sql
    .selectFrom(nowOnce(db.sql, db.nowSql()).as('moment'))
    .leftJoin('quota_totals', (join) => join.on('quota_totals.quota', '=', quota))
    .select(['moment.now as at', 'last_id'])
    .select((eb) =>
      places.map((place) =>
        eb
          .selectFrom('quota_calls')
          .select('quota_calls.id')
          .where('quota_calls.quota', '=', quota)
          .where('taken_at', '>', eb('moment.now', '-', (steps - place) * stepMs))
          .orderBy('taken_at')
          .limit(1)
          .as(`from_${place}` as const),
      ),
    )
    .executeTakeFirstOrThrow();
  const end = (row.last_id ?? 0) + 1;
  const firstIdFrom = (place: number): number => row[`from_${place}`] ?? end;
  return places.map((place) => {
    const startsAt = row.at - (steps - place) * stepMs;
    const count = Math.max(0, firstIdFrom(place + 1) - firstIdFrom(place));
    return { startsAt, endsAt: startsAt + stepMs, count };
  });
}
