import { expect, test } from '@jest/globals';
import { NOW, fakeRecords, found } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { run } from '../../support/server/run-operation.js';
import { ENGAGEMENT, INVITATION, SNAPSHOT_JOB, OPPORTUNITY, summaryOf } from '../../support/fixtures/sample-records.js';

test('the key of each record is its catalog and its id, and costs no more than a summary', async () => {
  const records = fakeRecords({
    opportunitySummary: () => found(summaryOf(OPPORTUNITY)),
    engagementSummary: () => found(ENGAGEMENT),
    invitation: () => found(INVITATION),
    snapshotJob: () => found(SNAPSHOT_JOB),
  });
  const fields = ['opportunity', 'engagement', 'engagementInvitation', 'resourceSnapshotJob'];
  const query = `{ ${fields.map((field) => `${field}(catalog: SANDBOX, identifier: "x") { key }`).join(' ')} }`;
  const keys = [OPPORTUNITY, ENGAGEMENT, INVITATION, SNAPSHOT_JOB].map(({ catalog, id }) => ({
    key: `${catalog}/${id}`,
  }));
  expect(await run(query, contextWith(fakeTasks({}), { records, now: () => NOW }))).toEqual({
    data: Object.fromEntries(fields.map((field, index) => [field, keys[index]])),
  });
});
