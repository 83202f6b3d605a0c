/**
 * Reads rows of SQLite so that a damaged row is an error. The library ends the whole process at a text that is not
 * UTF-8, even in a column of another type. The rows therefore come as the bytes of one JSON array of arrays, which this
 * process decodes. That takes no longer than the library's own rows.
 */
import { Buffer, isUtf8 } from 'node:buffer';
import type Libsql from 'libsql';
import { codeOf } from '../errors/error-code.js';
import { messageOf } from '../../runtime/error-message.js';

/** Executes the statement and makes its rows objects. */
export type Reading = (values: readonly unknown[]) => Record<string, unknown>[];

type Statement = Libsql.Statement<unknown[]>;

/** A row differs from what was written. The code is SQLite's own for a damaged database. */
export class DamagedRowError extends Error {
  override readonly name = 'DamagedRowError';
  readonly code = 'SQLITE_CORRUPT';
}

const READS_A_TABLE = /^\s*select\b.*\bfrom\b/is;
/** Matches a statement that writes, and returns columns or values that the gateway has just given. */
const RETURNS =
  /^(\s*(?:insert|update|delete)\b.* returning )((?:(?:"\w+"\.)?"\w+"|\?)(?: as "\w+")?(?:, (?:(?:"\w+"\.)?"\w+"|\?)(?: as "\w+")?)*)$/is;

/** @param plain the statement as given, which has the names of its columns */
export function readingOf(handle: Libsql.Database, sql: string, plain: Statement): Reading {
  const guarded = guardedSql(sql, plain);
  // Pragmas and statements that read no table return nothing from a row.
  if (guarded === null) return (values) => plain.all(values).map(rowOf);
  const names = plain.columns().map(({ name }) => name);
  const statement = handle.prepare(guarded).raw();
  return (values) => allOf(statement, values).flatMap((row) => rowsIn(names, row));
}

function allOf(statement: Statement, values: readonly unknown[]): unknown[] {
  try {
    return statement.all(values);
  } catch (error) {
    // One flipped bit turns a text into a BLOB, and SQLite has no separate code for that.
    if (codeOf(error) !== 'SQLITE_ERROR' || !/JSON cannot hold BLOB/i.test(messageOf(error))) throw error;
    throw new DamagedRowError(
      'a row of the database holds a BLOB, which the gateway never writes: the file is damaged',
      {
        cause: error,
      },
    );
  }
}

/**
 * A select becomes one row with all its rows, because a value for each row would take half as long again. A write
 * returns a list of one row for each row that it writes.
 * @returns the statement whose rows are the bytes of JSON arrays of rows; null when none of its values comes from a row
 */
export function guardedSql(sql: string, plain: Statement): string | null {
  if (READS_A_TABLE.test(sql)) {
    const columns = plain
      .columns()
      .map((_, index) => `c${index}`)
      .join(', ');
    const rows = `json_group_array(json_array(${columns}))`;
    return `with given (${columns}) as (${sql}) select cast(${rows} as blob) from given`;
  }
  const [, statement, returned] = RETURNS.exec(sql) ?? [];
  if (statement === undefined || returned === undefined) return null;
  return `${statement}cast(json_array(json_array(${returned.replaceAll(/ as "\w+"/gi, '')})) as blob)`;
}

function rowOf(row: unknown): Record<string, unknown> {
  if (typeof row !== 'object' || row === null) throw new Error('libsql has answered with a row that has no columns.');
  return { ...row };
}

function rowsIn(names: readonly string[], row: unknown): Record<string, unknown>[] {
  const bytes: unknown = Array.isArray(row) ? row[0] : undefined;
  if (!Buffer.isBuffer(bytes)) throw new Error('libsql has answered with a row that is not the requested bytes.');
  if (!isUtf8(bytes))
    throw new DamagedRowError('a row of the database holds bytes that are not UTF-8: the file is damaged');
  const rows: unknown = JSON.parse(bytes.toString());
  if (!Array.isArray(rows)) throw new Error('SQLite has answered with a row that is not the requested array.');
  return rows.map((values: unknown[]) => {
    const result: Record<string, unknown> = {};
    for (let index = 0; index < names.length; index += 1) result[names[index] ?? ''] = values[index];
    return result;
  });
}
