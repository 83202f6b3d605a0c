/** A log that lacks transitions which the hub has read, as after a failover to a server without the last commits. */
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openDatabase } from '../../src/db/open.js';
import type { Database } from '../../src/db/database.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { createHub, type Hub } from '../../src/transitions/hub.js';
import { append, prune, reservePositions } from '../../src/transitions/log.js';
import { createManualClock, type ManualClock } from '../support/fakes/manual-clock.js';

let clock: ManualClock;
let db: Database;
let hub: Hub;
let truncations: number;

beforeEach(async () => {
  clock = createManualClock();
  db = await openDatabase({ dataDir: ':memory:', clock });
  hub = await createHub({ db, clock, telemetry: createTelemetry({ level: 'silent' }) });
  truncations = 0;
  hub.onTruncated(() => (truncations += 1));
});

afterEach(async () => {
  await hub.close();
  await db.close();
});

/** Commits a transition as another process whose notification was lost. */
async function commit(taskId: string, sequence: number): Promise<void> {
  await db.write(async (tx) => {
    const { first: position = 0 } = (await reservePositions(db, tx, null, 1)) ?? {};
    await append(tx, [{ position, taskId, sequence, terminal: false, recordedAt: clock.now(), payload: '{}' }]);
    tx.appended.length = 0;
    tx.notifications.length = 0;
  });
}

/** Lets the hub read the log. */
async function read(): Promise<void> {
  await clock.whenAsleep();
  await clock.advance(1000);
  await clock.whenAsleep();
}

async function loseAfter(position: number): Promise<void> {
  await db.sql.deleteFrom('transitions').where('position', '>', position).execute();
  await db.sql.updateTable('log_head').set({ position }).execute();
}

test.each([
  ['with none', 0],
  ['with as many as it lost', 3],
  ['with more than it lost', 5],
])('a log that lacks known transitions is read from its new end, %s written since', async (_what, count) => {
  for (const sequence of [1, 2, 3, 4]) await commit('a', sequence);
  await read();
  expect(hub.position()).toBe(4);
  await loseAfter(1);
  for (let sequence = 1; sequence <= count; sequence += 1) await commit('b', sequence);
  await read();
  expect([truncations, hub.position(), hub.recent(null, 0, 16)]).toEqual([1, 1 + count, null]);
  const wakes: (number | undefined)[] = [];
  hub.attach('c', (before) => wakes.push(before));
  await commit('c', 1);
  await read();
  expect([truncations, hub.position(), wakes]).toEqual([1, 2 + count, [1 + count]]);
});

test('a last transition that was pruned is not lost', async () => {
  await commit('a', 1);
  await read();
  await db.write((tx) => prune(tx, ['a']));
  await read();
  await commit('b', 1);
  await read();
  expect([truncations, hub.recent(null, 0, 16)?.map(({ taskId }) => taskId)]).toEqual([0, ['a', 'b']]);
});
