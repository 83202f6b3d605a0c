/**
 * Compiles a statement once for each kind of database, and afterwards only binds values to it. Building and compiling a
 * small statement takes longer than everything else that the gateway does about it.
 */
import {
  RawNode,
  sql as raw,
  type Compilable,
  type CompiledQuery,
  type DialectAdapter,
  type QueryResult,
  type RawBuilder,
} from 'kysely';
import type { Sql } from './database.js';

/** Each length of a list is a separate statement. Longer lists are compiled each time. */
const MAX_LIST_LENGTH = 4;

type Value = string | number | null;
type Values = Readonly<Record<string, Value | readonly Value[]>>;

/** A parameter of a statement: the value itself, or the expression that stands for it. */
export type Param<T> = T | ([T] extends [readonly (infer Element)[]] ? readonly RawBuilder<Element>[] : RawBuilder<T>);
export type Params<T> = { readonly [Name in keyof T]: Param<T[Name]> };

/** A placeholder for a value, or for one element of a list. */
class Placeholder {
  constructor(
    readonly name: string,
    readonly index: number | null,
  ) {}
}

/** The source of a parameter: the name of a value, with an index in a list, or a constant. */
type Slot = { readonly name: string | null; readonly index: number | null; readonly constant: unknown };

/**
 * The text alone is kept, which is a few kilobytes. The tree that it was made of is ten times as large, and only
 * plugins read it.
 */
type Compiled<R> = { readonly query: CompiledQuery<R>; readonly slots: readonly Slot[] };

/**
 * @returns a function that executes the statement with values. The result of `build` is cached, so it must depend only
 *   on the names of its parameters and the lengths of lists.
 */
export function compileQuery<V extends Values, R>(
  build: (sql: Sql, params: Params<V>) => Compilable<R>,
): (sql: Sql, values: V) => Promise<QueryResult<R>> {
  const cache = new WeakMap<DialectAdapter, Map<string, Compiled<R>>>();
  let lists: readonly string[] | null = null;
  return (sql, values) => {
    const { adapter, plugins } = sql.getExecutor();
    // The types say which values are lists, so the answer is the same every time.
    lists ??= Object.keys(values).filter((name) => isList(values[name]));
    const form = formOf(values, lists);
    // Plugins see each statement with its values, and may replace it, so it is built each time.
    if (form === null || plugins.length > 0) return sql.executeQuery(build(sql, values));
    let forms = cache.get(adapter);
    if (forms === undefined) cache.set(adapter, (forms = new Map()));
    let compiled = forms.get(form);
    if (compiled === undefined) {
      const query = build(sql, placeholdersFor(values)).compile();
      assertPlaceholders(query, values);
      const slots = query.parameters.map(slotOf);
      compiled = { query: { ...query, query: RawNode.createWithSql(query.sql) }, slots };
      forms.set(form, compiled);
    }
    const { query, slots } = compiled;
    return sql.executeQuery<R>({
      query: query.query,
      queryId: query.queryId,
      sql: query.sql,
      parameters: slots.map((slot) => valueAt(slot, values, query.sql)),
    });
  };
}

/** @returns a key that is equal for values that the same text takes; null when a list is too long to be cached */
function formOf(values: Values, lists: readonly string[]): string | null {
  let form = '';
  for (const name of lists) {
    const value = values[name];
    if (!isList(value)) throw new Error(`"${name}" was a list at an earlier call and is not a list now.`);
    if (value.length > MAX_LIST_LENGTH) return null;
    form += `${value.length},`;
  }
  return form;
}

function placeholdersFor<V extends Values>(values: V): Params<V> {
  const placeholder = (name: string, index: number | null) => raw`${new Placeholder(name, index)}`;
  const params = Object.entries(values).map(([name, value]) => [
    name,
    isList(value) ? value.map((_, index) => placeholder(name, index)) : placeholder(name, null),
  ]);
  // TypeScript does not infer that an object made of all entries has all names.
  return Object.fromEntries(params) as Params<V>;
}

/** A value inlined into the SQL would be reused by every later call. */
function assertPlaceholders({ sql, parameters }: CompiledQuery, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    for (const index of isList(value) ? value.keys() : [null]) {
      const isTaken = parameters.some(
        (parameter) => parameter instanceof Placeholder && parameter.name === name && parameter.index === index,
      );
      if (!isTaken) throw new Error(`The statement does not take "${name}" as a parameter: ${sql}`);
    }
  }
}

function slotOf(parameter: unknown): Slot {
  if (parameter === undefined) throw new Error('The statement lacks a value.');
  return parameter instanceof Placeholder
    ? { name: parameter.name, index: parameter.index, constant: null }
    : { name: null, index: null, constant: parameter };
}

function valueAt({ name, index, constant }: Slot, values: Values, text: string): unknown {
  if (name === null) return constant;
  const given = values[name];
  const value = isList(given) ? (index === null ? undefined : given[index]) : given;
  if (value === undefined) throw new Error(`The statement lacks a value: ${text}`);
  return value;
}

function isList(value: Value | readonly Value[] | undefined): value is readonly Value[] {
  return typeof value === 'object' && value !== null;
}
