/** The contract of a compiled query on every database. */
import { describe, expect, test } from '@jest/globals';
import { sql as raw, type KyselyPlugin } from 'kysely';
import { compileQuery, type Params } from '../../src/db/compile-query.js';
import type { Sql } from '../../src/db/database.js';
import type { QuotaTotalsTable, TransitionsTable } from '../../src/db/tables.js';
import { appendTransition, positionsAfter } from '../support/database/database-probes.js';
import type { Pair } from './database.contract.js';

export function compiledContract(pair: () => Pair): void {
  describe('compileQuery', () => {
    const transition = (position: number, facts = '{}'): TransitionsTable => ({
      position,
      task_id: `task ${position}`,
      sequence: 1,
      terminal: 0,
      recorded_at: 0,
      facts,
    });
    const insert = compileQuery((sql: Sql, row: Params<TransitionsTable>) => sql.insertInto('transitions').values(row));

    /** A query for the positions that exist, with a count of its builds. */
    function presence() {
      let built = 0;
      const among = compileQuery((sql: Sql, { positions }: Params<{ positions: readonly number[] }>) => {
        built += 1;
        const all = sql.selectFrom('transitions').select('position').orderBy('position');
        return positions.length === 0 ? all : all.where('position', 'in', positions);
      });
      return {
        count: () => built,
        async of(sql: Sql, ...positions: number[]) {
          const { rows } = await among(sql, { positions });
          return rows.map((row) => row.position);
        },
      };
    }

    test('a compiled query uses the values of each call', async () => {
      const { one, other } = pair();
      const facts = ['{}', `'; drop table transitions; --`, '$1 ? :position', ''];
      await one.write(async (tx) => {
        for (const [index, text] of facts.entries()) await insert(tx, transition(index + 1, text));
      });
      const find = compileQuery((sql: Sql, { text, least }: Params<{ text: string; least: number }>) =>
        sql.selectFrom('transitions').select('position').where('facts', '=', text).where('position', '>=', least),
      );
      for (const [index, text] of facts.entries())
        expect((await find(other.sql, { text, least: 1 })).rows).toEqual([{ position: index + 1 }]);
      expect((await find(other.sql, { least: 2, text: '{}' })).rows).toEqual([]);
    });

    test('a compiled query takes a value in two places, a limit, a null, and a number in the place of a null', async () => {
      const { one } = pair();
      const give = compileQuery((sql: Sql, given: Params<{ a: string | null; b: number; most: number }>) =>
        sql
          .selectFrom(
            raw<{
              a: string | null;
              b: number;
              twice: number;
            }>`(select cast(${given.a} as text) as a, cast(${given.b} as bigint) as b, cast(${given.b} as bigint) * 2 as twice)`.as(
              'given',
            ),
          )
          .selectAll()
          .limit(given.most),
      );
      expect((await give(one.sql, { a: null, b: 2, most: 1 })).rows).toEqual([{ a: null, b: 2, twice: 4 }]);
      expect((await give(one.sql, { a: 'x', b: -3, most: 5 })).rows).toEqual([{ a: 'x', b: -3, twice: -6 }]);
      expect((await give(one.sql, { a: 'x', b: -3, most: 0 })).rows).toEqual([]);
    });

    test('a compiled query returns the number of changed rows', async () => {
      const { one } = pair();
      await one.write(async (tx) => Promise.all([1, 2, 3].map((position) => insert(tx, transition(position)))));
      const forget = compileQuery((sql: Sql, { last }: Params<{ last: number }>) =>
        sql.deleteFrom('transitions').where('position', '<=', last),
      );
      expect((await forget(one.sql, { last: 2 })).numAffectedRows).toBe(2n);
      expect((await forget(one.sql, { last: 2 })).numAffectedRows).toBe(0n);
      expect(await positionsAfter(0, one.sql)).toEqual([3]);
    });

    test('a compiled query is built once for each length of a list, and each time for a long list', async () => {
      const { one, other } = pair();
      await one.write(async (tx) =>
        Promise.all([1, 2, 3, 4, 5, 6].map((position) => insert(tx, transition(position)))),
      );
      const there = presence();
      expect(await there.of(one.sql)).toEqual([1, 2, 3, 4, 5, 6]);
      expect(await there.of(one.sql, 1)).toEqual([1]);
      expect(await there.of(other.sql, 7)).toEqual([]);
      expect(await one.write((tx) => there.of(tx, 3))).toEqual([3]);
      expect(await there.of(one.sql, 5, 2)).toEqual([2, 5]);
      expect(await there.of(other.sql, 1, 6)).toEqual([1, 6]);
      expect(there.count()).toBe(3);
      for (const added of [1, 2]) {
        expect(await there.of(one.sql, 1, 2, 3, 4, 6)).toEqual([1, 2, 3, 4, 6]);
        expect(there.count()).toBe(3 + added);
      }
    });

    test('a compiled query runs in order with the other statements of a write, and not after its end', async () => {
      const { one, other } = pair();
      const there = presence();
      const seen = await one.write((tx) =>
        Promise.all(
          [1, 2, 3].flatMap((position) => [insert(tx, transition(position)), positionsAfter(0, tx), there.of(tx)]),
        ),
      );
      expect(seen.filter((answer) => Array.isArray(answer))).toEqual([[1], [1], [1, 2], [1, 2], [1, 2, 3], [1, 2, 3]]);
      const kept = await one.write(async (tx) => ({ tx }));
      await expect(insert(kept.tx, transition(7))).rejects.toThrow('after the end of its write');
      const failing = one.write((tx) => Promise.all([insert(tx, transition(8)), insert(tx, transition(3))]));
      await expect(failing).rejects.toThrow(/unique|duplicate/i);
      expect(await positionsAfter(0, other.sql)).toEqual([1, 2, 3]);
    });

    test('a plugin sees a compiled query with its values at each call', async () => {
      const { one } = pair();
      await one.write((tx) => appendTransition(tx));
      const there = presence();
      const shown: unknown[] = [];
      let results = 0;
      const plugin: KyselyPlugin = {
        transformQuery({ node, queryId }) {
          shown.push(one.sql.getExecutor().compileQuery(node, queryId).parameters);
          return node;
        },
        async transformResult({ result }) {
          results += 1;
          return result;
        },
      };
      expect(await there.of(one.sql, 1)).toEqual([1]);
      expect(await there.of(one.sql.withPlugin(plugin), 2)).toEqual([]);
      expect(await there.of(one.sql.withPlugin(plugin), 1)).toEqual([1]);
      expect(shown).toEqual([[2], [1]]);
      expect(results).toBe(2);
      expect(await there.of(one.sql, 1)).toEqual([1]);
    });

    test('a query that inlines a value, or does not use it, is refused', async () => {
      const { one } = pair();
      const literal = compileQuery((sql: Sql, { id }: Params<{ id: string }>) =>
        sql
          .selectFrom('tasks')
          .select('id')
          .where('id', '=', raw.lit(typeof id)),
      );
      const partly = compileQuery((sql: Sql, { quota, last_id }: Params<Pick<QuotaTotalsTable, 'quota' | 'last_id'>>) =>
        sql
          .updateTable('quota_totals')
          .set({ last_id, call_count: last_id })
          .where('quota', '=', quota === 'reads' ? quota : 'writes'),
      );
      const ofList = compileQuery((sql: Sql, { ids }: Params<{ ids: readonly string[] }>) =>
        sql.selectFrom('tasks').select('id').where('id', 'in', ids.slice(1)),
      );
      expect(() => literal(one.sql, { id: 'a' })).toThrow('does not take "id" as a parameter');
      expect(() => partly(one.sql, { quota: 'reads', last_id: 1 })).toThrow('does not take "quota" as a parameter');
      expect(() => ofList(one.sql, { ids: ['a', 'b'] })).toThrow('does not take "ids" as a parameter');
    });

    test('a call without a value is refused, the first time and later', async () => {
      const { one } = pair();
      const none: { text: string } = JSON.parse('{}');
      for (const earlier of [[], [{ text: 'a' }]]) {
        const find = compileQuery((sql: Sql, { text }: Params<{ text: string }>) =>
          sql.selectFrom('tasks').select('id').where('id', '=', text),
        );
        for (const values of earlier) expect((await find(one.sql, values)).rows).toEqual([]);
        expect(() => find(one.sql, none)).toThrow('lacks a value');
      }
    });
  });
}
