/**
 * Every statement of the gateway uses an index on both databases, so that a million finished tasks cost it nothing.
 */
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { CompiledQuery } from 'kysely';
import { DAY, SECOND } from '../../src/runtime/clock.js';
import type { Database } from '../../src/db/database.js';
import * as list from '../../src/tasks/store/list.js';
import { onBothDatabases } from '../support/database/both-databases.js';
import { explain, recordStatements, seedTasks } from '../support/checks/query-plans.js';
import { ALL, ALL_RUNS, SEED, withEachFilter } from './statements.js';

type Exception = {
  readonly what: string;
  readonly on: readonly Database['kind'][];
  readonly step: RegExp;
  readonly reason: string;
};
const BOTH = ['sqlite', 'postgres'] as const;

/** Statements that read more than the result needs, each with the reason. Any other is a mistake. */
const EXCEPTIONS: readonly Exception[] = [
  {
    what: 'listTasks',
    on: ['sqlite'],
    step: /FOR ORDER BY$/,
    reason: 'Several identifiers: the few tasks of each are sorted together.',
  },
  {
    what: 'statusSummariesOf',
    on: ['sqlite'],
    step: /FOR GROUP BY$/,
    reason: 'Groups the tasks of one batch, of which there are at most 200.',
  },
  {
    what: 'activeLists',
    on: ['sqlite'],
    step: /FOR GROUP BY$/,
    reason: 'Groups the tasks in progress, each of which it must count.',
  },
  {
    what: 'countTasks',
    on: BOTH,
    step: /^(SCAN tasks USING COVERING INDEX|SEARCH tasks USING (COVERING )?INDEX|Seq Scan tasks|Index Only Scan )/,
    reason: 'Only for totalCount, which a caller asks for by name: it counts all that match.',
  },
  {
    what: 'readEnd',
    on: BOTH,
    step: /^(SCAN transitions USING INDEX sqlite_autoindex_transitions_1|Index Scan transitions_pkey)/,
    reason: 'Walks the index from its end, and stops at the first transition.',
  },
];

/** The exceptions that a statement has needed. */
const used = new Set<string>();

function queryPlans(name: string, open: () => Promise<Database>): void {
  describe(`the query plans on ${name}`, () => {
    let db: Database;
    const statements = new Map<string, CompiledQuery[]>();
    beforeAll(async () => {
      db = await open();
      const now = Date.now();
      await seedTasks(db, SEED, now - SEED.finished * SECOND - DAY, now);
      const recorder = recordStatements(db);
      // Every statement runs before the first is explained, because SQLite cannot commit while the explanation of a
      // write is open.
      for (const [what, run] of ALL_RUNS) {
        await run(recorder.db);
        statements.set(what, recorder.take());
      }
    });
    afterAll(() => db.close());

    test('a list is the same as without any index, on every page: merged from several indexes and filtered', async () => {
      const rows = await db.sql.selectFrom('tasks').selectAll().orderBy('position', 'desc').execute();
      await withEachFilter(async (viewer, filter) => {
        const expected = rows.filter(
          (row) =>
            viewer.catalogs.some((catalog) => catalog === row.catalog) &&
            (viewer.reads === 'all' || row.subject === viewer.subject) &&
            (filter.kinds?.some((kind) => kind === row.kind) ?? true) &&
            (filter.catalogs?.some((catalog) => catalog === row.catalog) ?? true) &&
            (filter.statuses?.some((status) => status === row.status) ?? true) &&
            (filter.identifiers?.includes(row.identifier) ?? true) &&
            (filter.batchIds?.includes(row.batch_id ?? '') ?? true) &&
            (filter.ids?.includes(row.id) ?? true) &&
            (filter.updatedAfter === undefined || row.updated_at > filter.updatedAfter) &&
            (filter.startedBy === undefined || row.subject === filter.startedBy),
        );
        const page = await list.listTasks(db.sql, viewer, filter, null, 21);
        const next = await list.listTasks(db.sql, viewer, filter, page.at(-1)?.position ?? 0, 21);
        expect([...page, ...next].map((task) => task.id)).toEqual(expected.slice(0, 42).map((row) => row.id));
        expect(await list.countTasks(db.sql, viewer, filter)).toBe(expected.length);
      });
    });

    test('the summary of a batch matches its tasks', async () => {
      const rows = await db.sql
        .selectFrom('tasks')
        .selectAll()
        .where('batch_id', '=', 'batch-7')
        .orderBy('position')
        .execute();
      const found = await list.statusSummariesOf(db.sql, ALL, { batchIds: ['batch-7'] });
      expect(rows).toHaveLength(50);
      const expected = [...new Set(rows.map((row) => row.status))].map((status) => {
        const those = rows.filter((row) => row.status === status);
        return {
          status,
          count: those.length,
          firstCreatedAt: those[0]?.created_at,
          lastPosition: those.at(-1)?.position,
          durationMs: those.reduce((total, row) => total + row.updated_at - (row.first_attempt_at ?? 0), 0),
        };
      });
      expect([...found].sort((a, b) => a.lastPosition - b.lastPosition)).toEqual(
        expected.sort((a, b) => (a.lastPosition ?? 0) - (b.lastPosition ?? 0)),
      );
    });

    test.each(ALL_RUNS.map(([what]) => what))('%s reads no more than it needs', async (what) => {
      const wrong: string[] = [];
      for (const statement of statements.get(what) ?? []) {
        const { costly, text } = await explain(db, statement);
        const allowed = EXCEPTIONS.filter((exception) => exception.what === what && exception.on.includes(db.kind));
        if (costly.some((step) => !allowed.some((exception) => exception.step.test(step))))
          wrong.push(`${statement.sql}\n${text}`);
        for (const { reason } of allowed.filter((exception) => costly.some((step) => exception.step.test(step))))
          used.add(reason);
      }
      expect(statements.get(what)).not.toEqual([]);
      expect(wrong).toEqual([]);
    });
  });
}

onBothDatabases(queryPlans);

test('every exception is needed', () => {
  expect(EXCEPTIONS.map(({ reason }) => reason).filter((reason) => !used.has(reason))).toEqual([]);
});
