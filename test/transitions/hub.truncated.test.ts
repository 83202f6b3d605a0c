/** A log that lacks transitions which the hub has read, as after a failover to a server without the last commits. */
import { expect, test } from '@jest/globals';
import { createHub } from '../../src/transitions/hub.js';
import { prune } from '../../src/transitions/log.js';
import { openHub } from '../support/harness/hub.js';

async function open() {
  const harness = await openHub();
  const { clock, db, hub } = harness;
  let count = 0;
  hub.onTruncated(() => (count += 1));

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

  return {
    ...harness,
    /** Commits a transition as another process whose notification was lost. */
    commit: (taskId: string, sequence: number) => harness.commit(taskId, sequence, 'another, lost'),
    commitOwn: (taskId: string, sequence: number) => harness.commit(taskId, sequence, 'us'),
    truncations: () => count,
    read,
    loseAfter,
  };
}

test.each([
  ['with none', 0],
  ['with as many as it lost', 3],
  ['with more than it lost', 5],
])('a log that lacks known transitions is read from its new end, %s written since', async (_what, count) => {
  const { hub, commit, read, loseAfter, truncations } = await open();
  for (const sequence of [1, 2, 3, 4]) await commit('a', sequence);
  await read();
  expect(hub.position()).toBe(4);
  await loseAfter(1);
  for (let sequence = 1; sequence <= count; sequence += 1) await commit('b', sequence);
  await read();
  expect([truncations(), hub.position(), hub.recent(null, 0, 16)]).toEqual([1, 1 + count, null]);
  const wakes: (number | undefined)[] = [];
  hub.attach('c', (before) => wakes.push(before));
  await commit('c', 1);
  await read();
  expect([truncations(), hub.position(), wakes]).toEqual([1, 2 + count, [1 + count]]);
});

test('own writes in place of lost transitions, and past them, show that the log was cut off', async () => {
  const { hub, commit, commitOwn, read, loseAfter, truncations } = await open();
  for (const sequence of [1, 2]) await commit('a', sequence);
  await read();
  await loseAfter(1);
  for (const sequence of [1, 2]) await commitOwn('b', sequence);
  await read();
  expect([truncations(), hub.position(), hub.recent(null, 0, 16)]).toEqual([1, 3, null]);
});

test('after a reconnection an own write is handed on only once the log was read, which may be cut off', async () => {
  const { clock, db, telemetry, commit, commitOwn, loseAfter } = await open();
  let tell = (_hint: string | null): void => {};
  const hub = await createHub({ db: { ...db, listen: (onHint) => (tell = onHint) }, clock, telemetry });
  let count = 0;
  hub.onTruncated(() => (count += 1));
  for (const sequence of [1, 2]) await commit('a', sequence);
  await clock.whenAsleep(2);
  await clock.advance(1000);
  await clock.whenAsleep(2);
  await loseAfter(1);
  await commit('b', 1);
  tell(null);
  await commitOwn('b', 2);
  await clock.whenAsleep(2);
  await clock.advance(1000);
  await clock.whenAsleep(2);
  expect([count, hub.position(), hub.recent(null, 0, 16)]).toEqual([1, 3, null]);
  await hub.close();
});

test('a last transition that was pruned is not lost', async () => {
  const { db, hub, commit, read, truncations } = await open();
  await commit('a', 1);
  await read();
  await db.write((tx) => prune(tx, ['a']));
  await read();
  await commit('b', 1);
  await read();
  expect([truncations(), hub.recent(null, 0, 16)?.map(({ taskId }) => taskId)]).toEqual([0, ['a', 'b']]);
});
