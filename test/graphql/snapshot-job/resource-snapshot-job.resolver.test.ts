import { describe, expect, test } from '@jest/globals';
import { fakeRecords, found, missing } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { asRead, selectionOfAll, objectType } from '../../support/fixtures/select-all-fields.js';
import { SNAPSHOT_JOB } from '../../support/fixtures/sample-records.js';
import { run } from '../../support/server/run-operation.js';

describe('Query.resourceSnapshotJob', () => {
  const JOB = objectType('ResourceSnapshotJob');
  const query = `{ resourceSnapshotJob(catalog: SANDBOX, identifier: "job-1") { ${selectionOfAll(JOB)} } }`;

  test('every member of the record is returned', async () => {
    const asked = fakeRecords({ snapshotJob: () => found(SNAPSHOT_JOB) });
    expect(await run(query, contextWith(fakeTasks({}), { records: asked }))).toEqual({
      data: { resourceSnapshotJob: asRead(JOB, SNAPSHOT_JOB) },
    });
    expect(asked.asked).toEqual([['snapshotJob', 'SANDBOX', 'job-1']]);
  });

  test('a snapshot job that AWS does not have is null', async () => {
    expect(await run(query, contextWith(fakeTasks({}), { records: fakeRecords({ snapshotJob: missing }) }))).toEqual({
      data: { resourceSnapshotJob: null },
    });
  });
});
