/**
 * Statements that are compiled once for each kind of database, and from then on only given their values: building a small one anew and writing
 * it out takes longer than all else that the gateway does about it.
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

/** Each length of a list is a statement of its own; longer lists than this are compiled each time. */
const MAX_LIST_LENGTH = 4;

type Value = string | number | null;
type Values = Readonly<Record<string, Value | readonly Value[]>>;

/** Where a statement takes a value: the value itself, or what stands for it. */
export type Param<T> = T | ([T] extends [readonly (infer Element)[]] ? readonly RawBuilder<Element>[] : RawBuilder<T>);
export type Params<T> = { readonly [Name in keyof T]: Param<T[Name]> };

/** Stands for a value, or for an element of a list. */
class Placeholder {
  constructor(
    readonly name: string,
    readonly index: number | null,
  ) {}
}

/** Where a parameter of the statement comes from: the name of a value, with a place where that is a list, or the constant that it is. */
type Slot = { readonly name: string | null; readonly index: number | null; readonly constant: unknown };

/** Of a statement only its text is cache, which is a few kilobytes; the tree that it was made of is ten times as much, and only plugins look at it. */
type Compiled<R> = { readonly query: CompiledQuery<R>; readonly slots: readonly Slot[] };

/**
 * A statement to be executed with values. What `build` makes is cache: it must depend on nothing but the names of its params and the
 * lengths of lists.
 */
export function compileQuery<V extends Values, R>(
  build: (sql: Sql, params: Params<V>) => Compilable<R>,
): (sql: Sql, values: V) => Promise<QueryResult<R>> {
  const cache = new WeakMap<DialectAdapter, Map<string, Compiled<R>>>();
  let lists: readonly string[] | null = null;
  return (sql, values) => {
    const { adapter, plugins } = sql.getExecutor();
    // Which of them are lists is in their types, the same every time.
    lists ??= Object.keys(values).filter((name) => isList(values[name]));
    const form = formOf(values, lists);
    // A plugin is to see every statement with its values, and may make another one of it.
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

/** Equal for values that the same text takes; null where keeping that is not worth its room. */
function formOf(values: Values, lists: readonly string[]): string | null {
  let form = '';
  for (const name of lists) {
    const value = values[name];
    if (!isList(value)) throw new Error(`"${name}" was a list before, and is none now.`);
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
  // TypeScript does not know that what is made of all entries has all names.
  return Object.fromEntries(params) as Params<V>;
}

/** A value that had gone into the text would be the first one for ever. */
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
