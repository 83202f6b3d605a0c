/**
 * A cursor names one transition permanently. After any backups and restores it leads on from that transition, or it is
 * refused.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { deleteTasks } from '../../src/tasks/store/task-queries.js';
import type { Page } from '../../src/tasks/tasks.js';
import { beginEpoch, prune, reservePositions } from '../../src/transitions/log.js';
import { EVERYBODY, accepted, answerWith, fromOpportunity } from '../support/harness/task-harness.js';
import { startPostgres, type Postgres } from '../support/programs/postgres.js';
import { storeInDirectory, storeOnPostgres, type RestorableStore } from '../support/database/restorable-store.js';
import { recordObservation } from '../support/harness/record-one.js';

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
});
afterAll(() => postgres.stop());

type Seen = {
  readonly key: string;
  readonly taskId: string;
  readonly sequence: number;
  readonly position: number;
  readonly cursor: string;
  readonly listCursor: string;
  readonly taskPosition: number;
};
/** The expected log. */
type History = { readonly seen: readonly Seen[]; readonly pruned: ReadonlySet<Seen> };

const step = fc.oneof(
  { weight: 4, arbitrary: fc.constant({ type: 'start' } as const) },
  {
    weight: 4,
    arbitrary: fc.record({
      type: fc.constant('observe' as const),
      which: fc.nat(),
      status: fc.constantFrom('IN_PROGRESS' as const, 'COMPLETE' as const),
    }),
  },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('waste' as const), count: fc.integer({ min: 1, max: 3 }) }) },
  { weight: 1, arbitrary: fc.constant({ type: 'prune' } as const) },
  { weight: 2, arbitrary: fc.constant({ type: 'back up' } as const) },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('restore' as const), which: fc.nat() }) },
);
type Step = typeof step extends fc.Arbitrary<infer T> ? T : never;

async function live(store: RestorableStore, steps: readonly Step[]): Promise<void> {
  let harness = await store.open();
  let history: History = { seen: [], pruned: new Set() };
  const everSeen: Seen[] = [];
  const backups: { readonly restore: () => Promise<void>; readonly history: History }[] = [];

  /** Clients read the new transitions and keep their cursors. */
  async function note(taskId: string): Promise<void> {
    const transitions = pageOf(await harness.tasks.transitions(taskId, { first: 100, after: null }));
    const list = pageOf(await harness.tasks.list(EVERYBODY, {}, { first: 100, after: null }));
    for (const { cursor, item } of transitions.items) {
      if (history.seen.some((seen) => seen.taskId === taskId && seen.sequence === item.sequence)) continue;
      const listCursor = list.items.find((place) => place.item.id === taskId)?.cursor ?? '';
      const seen: Seen = {
        key: `${taskId} ${item.sequence} ${item.task.details.message}`,
        taskId,
        sequence: item.sequence,
        position: item.position,
        cursor,
        listCursor,
        taskPosition: item.task.position,
      };
      everSeen.push(seen);
      history = { ...history, seen: [...history.seen, seen] };
    }
  }

  async function observe(which: number, status: 'IN_PROGRESS' | 'COMPLETE'): Promise<void> {
    const ids = [...new Set(history.seen.filter((seen) => !history.pruned.has(seen)).map(({ taskId }) => taskId))];
    const taskId = ids[which % ids.length];
    if (taskId === undefined) return;
    const epoch = await harness.db.write(beginEpoch);
    // A unique message distinguishes one history from another.
    await recordObservation(harness.db, harness.telemetry, epoch, taskId, {
      type: 'answered',
      answer: answerWith({ status, message: `news ${everSeen.length}` }),
    });
    await note(taskId);
  }

  async function pruneFinished(): Promise<void> {
    const finished = await harness.db.sql.selectFrom('tasks').select('id').where('status', '=', 'COMPLETE').execute();
    const ids = finished.map(({ id }) => id);
    if (ids.length === 0) return;
    await harness.db.write(async (tx) => {
      await prune(tx, ids);
      await deleteTasks(tx, ids);
    });
    history = {
      ...history,
      pruned: new Set([...history.pruned, ...history.seen.filter(({ taskId }) => ids.includes(taskId))]),
    };
  }

  async function whileStopped(work: () => Promise<void>): Promise<void> {
    await harness.close();
    await work();
    harness = await store.open();
  }

  async function take(next: Step): Promise<void> {
    switch (next.type) {
      case 'start':
        return note((await accepted(harness.tasks, fromOpportunity())).id);
      case 'observe':
        return observe(next.which, next.status);
      case 'waste':
        return void (await harness.db.write((tx) => reservePositions(harness.db, tx, null, next.count)));
      case 'prune':
        return pruneFinished();
      case 'back up':
        return whileStopped(async () => void backups.push({ restore: await store.backUp(), history }));
      case 'restore': {
        const backup = backups[next.which % backups.length];
        if (backup === undefined) return;
        await whileStopped(backup.restore);
        history = backup.history;
        return;
      }
      default:
        next satisfies never;
    }
  }

  async function checkFeed({ cursor }: Seen, index: number): Promise<void> {
    const rest = history.seen.slice(index + 1);
    const feed = await harness.tasks.feed(EVERYBODY, {}, cursor);
    if (index === -1) return expect(feed).toMatchObject({ type: expect.stringMatching(/^(bad|expired)-cursor$/) });
    if (rest.some((seen) => history.pruned.has(seen))) return expect(feed).toMatchObject({ type: 'expired-cursor' });
    if ('type' in feed) throw new Error(`A good cursor was refused: ${JSON.stringify(feed)}`);
    for (const { key } of rest) {
      const { value } = await feed.next();
      expect(value === undefined ? undefined : `${value.task.id} ${value.sequence} ${value.task.details.message}`).toBe(
        key,
      );
    }
    await feed.return?.();
  }

  async function checkFollow(taskId: string, { cursor, ...seen }: Seen, index: number): Promise<void> {
    const stream = await harness.tasks.follow(EVERYBODY, taskId, { type: 'after', cursor });
    const isPruned = (key: string): boolean => [...history.pruned].some((each) => each.key === key);
    if (index === -1) return expect(stream).toMatchObject({ type: expect.stringMatching(/^(bad|expired)-cursor$/) });
    if ('type' in stream)
      return expect([
        stream.type,
        isPruned(seen.key) || [...history.pruned].some((each) => each.taskId === taskId),
      ]).toEqual(['expired-cursor', true]);
    for (const { key } of history.seen.slice(index + 1).filter((each) => each.taskId === taskId)) {
      const { value } = await stream.next();
      expect(value === undefined ? undefined : `${value.task.id} ${value.sequence} ${value.task.details.message}`).toBe(
        key,
      );
    }
    await stream.return?.();
  }

  async function checkList({ listCursor, taskId, taskPosition }: Seen): Promise<void> {
    const isKnown = history.seen.some((seen) => seen.taskId === taskId);
    const list = await harness.tasks.list(EVERYBODY, {}, { first: 100, after: listCursor });
    if (!('items' in list)) return expect([isKnown, list.type]).toEqual([false, 'bad-cursor']);
    const older = history.seen.filter(
      (seen) => seen.sequence === 1 && seen.position < taskPosition && !history.pruned.has(seen),
    );
    expect(list.items.map(({ item }) => item.id)).toEqual(older.map((seen) => seen.taskId).toReversed());
    // Lost cursors are valid only if they cannot mean another transition.
    if (!isKnown)
      expect(taskPosition).toBeLessThanOrEqual(Math.max(...[...history.pruned].map((seen) => seen.position)));
  }

  async function check(): Promise<void> {
    for (const seen of everSeen) {
      const index = history.seen.indexOf(seen);
      await checkFeed(seen, index);
      await checkList(seen);
      await checkFollow(seen.taskId, seen, index);
      // Any cursor may be used for any task.
      const other = history.seen.at(-1);
      if (other !== undefined) await checkFollow(other.taskId, seen, index);
    }
  }

  for (const next of steps) {
    await take(next);
    if (next.type === 'restore') await check();
  }
  await check();
  await harness.close();
}

function pageOf<T>(page: Page<T> | { readonly type: string }): Page<T> {
  if (!('items' in page)) throw new Error(`no page: ${page.type}`);
  return page;
}

describe.each([
  ['SQLite', async () => storeInDirectory(), 10],
  ['PostgreSQL', () => storeOnPostgres(postgres), 2],
] as const)('cursors after backups and restores on %s', (_name, openStore, numRuns) => {
  test('a cursor of any history leads on from its own transition without a gap, or is refused', async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(step, { minLength: 12, maxLength: 24 }), async (steps) =>
        live(await openStore(), steps),
      ),
      { numRuns, endOnFailure: true },
    );
  });

  test('a cursor of a lost transition is refused permanently, and says how to continue', async () => {
    const store = await openStore();
    const first = await store.open();
    const kept = await accepted(first.tasks, fromOpportunity());
    const [place] = pageOf(await first.tasks.transitions(kept.id, { first: 1, after: null })).items;
    await first.close();
    const restore = await store.backUp();

    const second = await store.open();
    const lost = await accepted(second.tasks, fromOpportunity({ identifier: 'O1000002' }));
    const [lostPlace] = pageOf(await second.tasks.transitions(lost.id, { first: 1, after: null })).items;
    await second.close();
    await restore();

    const third = await store.open();
    for (let starts = 0; starts < 3; starts += 1) {
      expect(await third.tasks.feed(EVERYBODY, {}, lostPlace?.cursor ?? '')).toEqual({
        type: 'bad-cursor',
        message: expect.stringMatching(/restored from a backup.*Leave it out.*`tasks`/),
      });
      await accepted(third.tasks, fromOpportunity({ identifier: `O100001${starts}` }));
    }
    const feed = await third.tasks.feed(EVERYBODY, {}, place?.cursor ?? '');
    if ('type' in feed) throw new Error(feed.message);
    expect((await feed.next()).value?.task.input.identifier).toBe('O1000010');
    await feed.return?.();
  });
});
