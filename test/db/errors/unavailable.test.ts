import { describe, expect, test } from '@jest/globals';
import { DatabaseClosedError } from '../../../src/db/database.js';
import { isRefusal } from '../../../src/db/postgres/lease.js';
import { isUnavailable } from '../../../src/db/errors/unavailable.js';

const withCode = (code: string) => Object.assign(new Error('x'), { code });

describe('isUnavailable', () => {
  test.each([
    '08006',
    '53100',
    '53300',
    '57014',
    '57P01',
    '58030',
    '25P03',
    '25006',
    'XX001',
    'ECONNREFUSED',
    'ECONNRESET',
    'SQLITE_FULL',
    'SQLITE_IOERR_WRITE',
    'SQLITE_BUSY',
    'SQLITE_CORRUPT_INDEX',
    'SQLITE_NOTADB',
  ])('an error with the code %s is temporary', (code) => expect(isUnavailable(withCode(code))).toBe(true));
  test.each(['Connection terminated unexpectedly', 'timeout exceeded when trying to connect'])(
    'an error with the message "%s" is temporary',
    (message) => expect(isUnavailable(new Error(message))).toBe(true),
  );
  test('an error of a closed database is temporary, because another gateway or a restart serves the caller', () =>
    expect(isUnavailable(new DatabaseClosedError())).toBe(true));
  test.each(['23505', '42601', '42P01', '22P02', 'SQLITE_CONSTRAINT', 'SQLITE_ERROR', ''])(
    'an error with the code %p is a fault of the statement',
    (code) => expect(isUnavailable(withCode(code))).toBe(false),
  );
});

describe('isRefusal', () => {
  test.each(['42501', '53300', '25006', 'XX000', 'SHARED_CONNECTION'])(
    'an error with the code %s is a refusal of the server',
    (code) => expect(isRefusal(withCode(code))).toBe(true),
  );
  test.each(['08006', '57P03', 'EPIPE', 'ECONNRESET', ''])(
    'an error with the code %p means that the server is away',
    (code) => expect(isRefusal(withCode(code))).toBe(false),
  );
});
