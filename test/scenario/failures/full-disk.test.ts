import { expect, test } from '@jest/globals';
import { sql } from 'kysely';
import type { Database } from '../../../src/db/database.js';
import { FOLLOW, start, START_ENGAGEMENT, startGateway, type GraphqlResult } from '../../support/harness/gateway.js';

test('a full disk makes starts retryable and keeps streams open, and the gateway recovers when there is space', async () => {
  let database: Database | undefined;
  const gateway = await startGateway(
    { START_WAIT_MS: '0' },
    { speed: 4 },
    { database: (opened) => (database = opened) },
  );
  if (database === undefined) throw new Error('The gateway has opened no database.');
  // The limit of pages makes SQLite itself return the error of a full disk.
  const limitPages = (pages: number) => sql.raw(`pragma max_page_count = ${pages}`).execute(database!.sql);

  const { task } = await start(gateway, 'O1000001');
  const following = { id: task.id, from: 'BEGINNING' };
  const stream = gateway.collect(FOLLOW, following);
  // An answer of AWS that meets the full disk would be stored when the task is complete already.
  await gateway.collect(FOLLOW, following, (results) => results.length === 2);
  await limitPages(1);
  const input = {
    catalog: 'SANDBOX',
    identifier: 'O1000002',
    clientToken: 'again',
    awsSubmission: { involvementType: 'CO_SELL' },
  };
  const query = `${START_ENGAGEMENT.replace('...All', 'id')}`;
  let refused: GraphqlResult | undefined;
  // The existing pages may have space for a few more rows.
  for (let attempt = 0; refused?.errors === undefined && attempt < 500; attempt += 1) {
    refused = await gateway.query(query, {
      input: { ...input, clientToken: `fill ${attempt}`, tags: [{ key: 'k', value: 'x'.repeat(200) }] },
    });
  }
  expect(refused?.errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }]);

  await limitPages(1_000_000);
  const accepted = await gateway.query(query, { input });
  expect(accepted.data.startEngagementFromOpportunityTask.task.id).toEqual(expect.any(String));
  const statuses = (await stream).map((result) => result.data.taskTransitions.status);
  expect(statuses).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
});
