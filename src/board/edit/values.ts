/** The values of the form as texts, and the patch of those that were changed. */
import type { EditField, RowsField } from './fields.js';

/** The texts of a structure by the names of its members. An empty text is a member that is not set. */
export type Row = Readonly<Record<string, string>>;
export type Value = string | readonly Row[];
export type Values = ReadonlyMap<string, Value>;

export function valuesOf(fields: readonly EditField[], record: object): Values {
  return new Map(fields.map((field) => [field.path, valueAt(record, field)]));
}

/**
 * True if a record that was read again has the values that the person saw. Other changes do not conflict with an edit:
 * those of its solutions, or of its state after a submission.
 */
export function hasValues(fields: readonly EditField[], record: object, seen: Values): boolean {
  return JSON.stringify([...valuesOf(fields, record)]) === JSON.stringify([...seen]);
}

function valueAt(record: object, field: EditField): Value {
  const value = field.path.split('.').reduce<unknown>((part, name) => memberOf(part, name), record);
  if ('columns' in field) {
    const items = Array.isArray(value) ? value : value == null ? [] : [value];
    return items.map((item) => rowOf(item, field));
  }
  return Array.isArray(value) ? value.join('\n') : textOf(value);
}

function textOf(value: unknown): string {
  return typeof value === 'string' || typeof value === 'number' ? String(value) : '';
}

function rowOf(item: unknown, { columns }: RowsField): Row {
  return Object.fromEntries(columns.map(({ name }) => [name, textOf(memberOf(item, name))]));
}

/** The patch of the fields that have changed. An emptied field is cleared, and a list is replaced as a whole. */
export function patchOf(fields: readonly EditField[], before: Values, after: Values): object {
  const patch: Record<string, unknown> = {};
  for (const field of fields) {
    const value = after.get(field.path) ?? '';
    if (JSON.stringify(value) === JSON.stringify(before.get(field.path))) continue;
    const names = field.path.split('.');
    const last = names.pop() ?? field.path;
    let part = patch;
    for (const name of names) {
      const known = part[name];
      const next: Record<string, unknown> = isRecord(known) ? known : {};
      part[name] = next;
      part = next;
    }
    part[last] = inputOf(field, value);
  }
  return patch;
}

function inputOf(field: EditField, value: Value): unknown {
  if ('columns' in field) {
    const rows = typeof value === 'string' ? [] : value;
    const inputs = rows.map((row) => rowInputOf(field, row)).filter((input) => Object.keys(input).length > 0);
    return field.kind === 'rows' ? inputs : (inputs[0] ?? null);
  }
  const text = typeof value === 'string' ? value.trim() : '';
  if (field.kind !== 'lines') return text === '' ? null : text;
  const lines = text.split('\n').map((line) => line.trim());
  return lines.filter((line) => line !== '');
}

function rowInputOf({ columns }: RowsField, row: Row): object {
  const members = columns.flatMap(({ name, kind }): [string, unknown][] => {
    const text = row[name]?.trim() ?? '';
    return text === '' ? [] : [[name, kind === 'number' ? Number(text) : text]];
  });
  return Object.fromEntries(members);
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) ? value[name] : undefined;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
