/** A failover to a server that lacked the last commits: the log ends before the place up to which a gateway read it. */
import { expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { FOLLOW, runToEnd, start, startGateway } from '../../support/harness/gateway.js';

const FEED = 'subscription($after: String) { taskFeed(after: $after) { cursor task { id } } }';

/** Removes the tasks that were accepted after a position, with all their transitions. */
async function loseCommitsAfter(db: Database, position: number): Promise<void> {
  await db.write(async (tx) => {
    await tx.deleteFrom('tasks').where('position', '>', position).execute();
    await tx.deleteFrom('transitions').where('position', '>', position).execute();
    await tx.updateTable('log_head').set({ position }).execute();
  });
}

test.each([
  ['that has not grown since', 0],
  ['that has grown past the old end since', 4],
])('streams are asked to reconnect after lost commits on a log %s', async (_when, later) => {
  let db: Database | undefined;
  const gateway = await startGateway({}, {}, { database: (opened) => (db = opened) });
  if (db === undefined) throw new Error('The gateway has opened no database.');
  const kept = await runToEnd(gateway, 'O1000002');
  const { position } = await db.sql.selectFrom('log_head').select('position').executeTakeFirstOrThrow();
  const feed = gateway.collect(FEED, { after: kept.last.cursor });
  const lost = await runToEnd(gateway, 'O1000002', { clientToken: 'lost' });
  await loseCommitsAfter(db, position);
  for (let count = 0; count < later; count += 1) await start(gateway, 'O1000002', { clientToken: `later ${count}` });
  await expect(feed).rejects.toMatchObject({ code: 1012 });

  const fresh = await runToEnd(gateway, 'O1000002', { clientToken: 'fresh' });
  expect(fresh.statuses).toEqual(['QUEUED', 'COMPLETE']);
  await expect(gateway.collect(FEED, { after: lost.last.cursor })).rejects.toMatchObject([
    { extensions: { code: 'INVALID_CURSOR' }, message: expect.stringMatching(/lost its last commits/) },
  ]);
  const resumed = await gateway.collect(
    FEED,
    { after: kept.last.cursor },
    (results) => results.at(-1)?.data.taskFeed.cursor === fresh.last.cursor,
  );
  const ids = resumed.map(({ data }) => data.taskFeed.task.id);
  expect(ids.filter((id) => id === fresh.payload.task.id)).toHaveLength(2);
  expect(new Set(ids).size).toBe(later + 1);
  expect(await gateway.collect(FOLLOW, { id: fresh.payload.task.id, after: fresh.last.cursor })).toEqual([]);
});
