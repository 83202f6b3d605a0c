/** The tables of codes in src/server/README.md have each code of the source and of the schema, and no other. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { isEnumType } from 'graphql';
import { FIELD_ERROR_CODES } from '../src/graphql/errors.js';
import { SERVER_ERROR_CODES } from '../src/server/security/error-codes.js';
import { REASON_RECOVERY } from '../src/partner-central/recovery.js';
import { schema } from './support/server/run-operation.js';

/** The codes of AWS's answers to look-ups, to starts and to edits. A throttled look-up is QUOTA_SPENT. */
const OF_AWS = ['ACCESS_DENIED', 'CONFLICT', 'NOT_FOUND', 'QUOTA_EXCEEDED', 'UPSTREAM_FAILED', 'VALIDATION_FAILED'];

const section = readFileSync('src/server/README.md', 'utf8').split('\n## Error codes\n')[1]?.split('\n## ')[0] ?? '';
const [errors = '', reasons = ''] = section.split('\n### Reasons of failed tasks\n');
const rows = errors
  .split('\n')
  .filter((line) => line.startsWith('| `'))
  .map((line) => line.split('|').map((cell) => cell.trim()));

function codesWhere(...places: readonly string[]): string[] {
  return rows.filter(([, , where = '']) => places.includes(where)).map(([, code = '']) => code.replaceAll('`', ''));
}

test('the rows are sorted, and each says what the client does', () => {
  const codes = codesWhere('errors', 'payload', 'both');
  expect(codes).toHaveLength(rows.length);
  expect(codes).toEqual(codes.toSorted());
  for (const [, code, , meaning, action] of rows) expect([code, meaning, action]).not.toContain('');
});

test('each code of an error has a row, and each such row has a code in the source', () => {
  const expected = new Set<string>([...SERVER_ERROR_CODES, ...FIELD_ERROR_CODES, ...OF_AWS]);
  expect(codesWhere('errors', 'both')).toEqual([...expected].toSorted());
});

test('each code of a payload has a row, and each such row has a code in the schema', () => {
  const type = schema.getType('UserErrorCode');
  const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  expect(codesWhere('payload', 'both')).toEqual(values.toSorted());
});

test('the listed codes of the server occur in its source', () => {
  const files = readdirSync('src/server', { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !file.endsWith('error-codes.ts'),
  );
  const source = files.map((file) => readFileSync(join('src/server', file), 'utf8')).join('\n');
  expect(SERVER_ERROR_CODES.filter((code) => !source.includes(`'${code}'`))).toEqual([]);
});

test('each reason of a failed task stands beside its next action', () => {
  const listed = [...reasons.matchAll(/^\| `([A-Z_]+)` \|.*\| (.*) \|$/gm)].flatMap(([, action, codes = '']) =>
    codes.split(', ').map((code) => [code.replaceAll('`', ''), action]),
  );
  const expected = Object.entries(REASON_RECOVERY).map(([reason, { nextStep }]) => [
    reason.replaceAll(/(?!^)[A-Z]/g, '_$&').toUpperCase(),
    nextStep,
  ]);
  expect(Object.fromEntries(listed)).toEqual(Object.fromEntries(expected));
  const type = schema.getType('ReasonCode');
  const values = isEnumType(type) ? type.getValues().map(({ name }) => name) : [];
  expect(listed).toHaveLength(values.length);
  expect(new Set(listed.map(([code]) => code))).toEqual(new Set(values));
});
