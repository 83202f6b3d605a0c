/**
 * Statements that are compiled once for each kind of database, and from then on only given their values: building a small one anew and writing
 * it out takes longer than all else that the gateway does about it.
 */
import { sql as raw, type Compilable, type CompiledQuery, type DialectAdapter, type QueryResult, type RawBuilder } from 'kysely';
import type { Sql } from './database.js';

/** Each length of a list is a statement of its own; longer lists than this are compiled each time. */
const MAX_LIST_LENGTH = 4;

type Value = string | number | null;
type Values = Readonly<Record<string, Value | readonly Value[]>>;

/** Where a statement takes a value: the value itself, or what stands for it. */
export type Param<T> = T | ([T] extends [readonly (infer Element)[]] ? readonly RawBuilder<Element>[] : RawBuilder<T>);
export type Params<T> = { readonly [Name in keyof T]: Param<T[Name]> };
/** An expression that belongs to the statement, such as the present time. */
export type Part<T> = RawBuilder<T>;

/** Stands for a value, or for an element of a list. */
class Placeholder {
  constructor(
    readonly name: string,
    readonly index: number | null,
  ) {}
}

type Compiled<R> = { readonly query: CompiledQuery<R>; readonly parts: readonly unknown[] };

/**
 * A statement to be executed with values. What `build` makes is kept: it must depend on nothing but its parts, the names of its params and the
 * lengths of lists. With other parts than the last time it is compiled anew.
 */
export function compiledOnce<V extends Values, R, Parts extends readonly Part<unknown>[]>(
  build: (sql: Sql, params: Params<V>, ...parts: Parts) => Compilable<R>,
): (sql: Sql, values: V, ...parts: Parts) => Promise<QueryResult<R>> {
  const kept = new WeakMap<DialectAdapter, Map<string, Compiled<R>>>();
  return (sql, values, ...parts) => {
    const { adapter, plugins } = sql.getExecutor();
    const form = formOf(values);
    // A plugin is to see every statement with its values, and may make another one of it.
    if (form === null || plugins.length > 0) return sql.executeQuery(build(sql, values, ...parts));
    const forms = kept.get(adapter) ?? new Map<string, Compiled<R>>();
    let compiled = forms.get(form);
    if (compiled === undefined || parts.some((part, index) => part !== compiled?.parts[index])) {
      const query = build(sql, placeholdersFor(values), ...parts).compile();
      assertPlaceholders(query, values);
      compiled = { query, parts };
      kept.set(adapter, forms.set(form, compiled));
    }
    return sql.executeQuery<R>({ ...compiled.query, parameters: fill(compiled.query, values) });
  };
}

/** Equal for values that the same text takes; null where keeping that is not worth its room. */
function formOf(values: Values): string | null {
  let form = '';
  for (const [name, value] of Object.entries(values)) {
    if (!isList(value)) continue;
    if (value.length > MAX_LIST_LENGTH) return null;
    form += `${name} ${value.length},`;
  }
  return form;
}

function placeholdersFor<V extends Values>(values: V): Params<V> {
  const placeholder = (name: string, index: number | null) => raw`${new Placeholder(name, index)}`;
  const params = Object.entries(values).map(([name, value]) => [name, isList(value) ? value.map((_, index) => placeholder(name, index)) : placeholder(name, null)]);
  // TypeScript does not know that what is made of all entries has all names.
  return Object.fromEntries(params) as Params<V>;
}

/** A value that had gone into the text would be the first one for ever. */
function assertPlaceholders({ sql, parameters }: CompiledQuery, values: Values): void {
  for (const [name, value] of Object.entries(values)) {
    for (const index of isList(value) ? value.keys() : [null]) {
      const isTaken = parameters.some((parameter) => parameter instanceof Placeholder && parameter.name === name && parameter.index === index);
      if (!isTaken) throw new Error(`The statement does not take "${name}" as a parameter: ${sql}`);
    }
  }
}

function fill({ sql, parameters }: CompiledQuery, values: Values): unknown[] {
  return parameters.map((parameter) => {
    const value = parameter instanceof Placeholder ? valueAt(values, parameter) : parameter;
    if (value === undefined) throw new Error(`The statement lacks a value: ${sql}`);
    return value;
  });
}

function valueAt(values: Values, { name, index }: Placeholder): Value | undefined {
  const value = values[name];
  return isList(value) ? value[index ?? 0] : value;
}

function isList(value: Value | readonly Value[] | undefined): value is readonly Value[] {
  return typeof value === 'object' && value !== null;
}
