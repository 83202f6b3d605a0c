import { expect, test } from '@jest/globals';
import type { Database } from '../../../src/db/database.js';
import { startGateway, start } from '../../support/harness/gateway.js';
import { readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

test('a query for a damaged task is refused with SERVICE_UNAVAILABLE, and readiness names the cause', async () => {
  let db: Database | undefined;
  const database = (opened: Database): Database => (db = opened);
  const gateway = await startGateway({ START_WAIT_MS: '0' }, { speed: 20 }, { database });
  const { task } = await start(gateway, 'O1000001');
  const statusOf = async () =>
    (await gateway.query('query($id: ID!) { task(id: $id) { status } }', task)).data.task.status;
  await until(async () => (await statusOf()) === 'COMPLETE');
  await db?.sql.updateTable('tasks').set({ answer: '{"taskId":' }).where('id', '=', task.id).execute();
  const { errors } = await gateway.query('query($id: ID!) { task(id: $id) { status } }', task);
  expect(errors).toMatchObject([{ extensions: { code: 'SERVICE_UNAVAILABLE', retryable: true } }]);
  expect(await readinessOf(gateway.url)).toEqual({
    status: 200,
    ready: true,
    reasons: [expect.stringMatching(/^Tasks cannot be read, because their rows in the database are damaged/)],
  });
});
