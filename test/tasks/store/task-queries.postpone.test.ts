import { expect, test } from '@jest/globals';
import { sql as raw } from 'kysely';
import { systemClock } from '../../../src/runtime/clock.js';
import { openDatabase } from '../../../src/db/open.js';
import { acceptStart } from '../../support/harness/record-one.js';
import { firstDueStarts, postponeStart, storeAttempt } from '../../../src/tasks/store/task-queries.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';

test('a postponement is written only if no later attempt has been made', async () => {
  const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
  const input = {
    kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
    catalog: 'SANDBOX',
    identifier: 'O1',
    involvementType: 'CO_SELL',
    visibility: null,
    tags: [],
  } as const;
  await acceptStart(db, createTelemetry({ level: 'silent' }), { subject: null, input, clientToken: 'a' });
  const now = systemClock.now();
  const due = async () => (await firstDueStarts({ ...db, nowSql: () => raw.lit(now + 1000) }, []))[0];
  const first = await due();
  if (first === undefined) throw new Error('The start is not due.');
  await db.write((tx) => storeAttempt(tx, first.task.id, now));
  await db.write((tx) => storeAttempt(tx, first.task.id, now));
  const postponement = { dueAt: now + 1, message: 'No credentials.', mayHaveReached: false, now };
  await postponeStart(db.sql, { ...first, attemptCount: 1 }, postponement);
  expect(await due()).toMatchObject({ mayHaveReached: true, task: { details: { message: null } } });
  await postponeStart(db.sql, { ...first, attemptCount: 2 }, postponement);
  expect(await due()).toMatchObject({
    mayHaveReached: false,
    dueAt: now + 1,
    task: { details: { message: 'No credentials.' } },
  });
  await db.close();
});
