/** A database that fails after AWS has decided on a write. */
import { expect, test } from '@jest/globals';
import { openEditsOverStub } from '../support/aws/edits.js';
import { ok } from '../support/fakes/aws-stub.js';
import { openEditableAws } from '../support/fakes/editable-aws.js';

const values = { nationalSecurity: 'No' };
const CREATION = { catalog: 'SANDBOX', clientToken: 'token', values, tags: [] } as const;

test('a database that fails after the creation hides neither the id nor the entry of the log', async () => {
  const { edits, entries, closeDatabase, stub } = await openEditsOverStub({});
  stub.answers['CreateOpportunity'] = async () => {
    await closeDatabase();
    return ok({ Id: 'O1' });
  };
  expect(await edits.createOpportunity(null, CREATION)).toMatchObject({
    type: 'done',
    record: { id: 'O1', opportunity: null },
  });
  expect(entries).toMatchObject([{ outcome: 'done', identifier: 'O1' }]);
  await expect(edits.createOpportunity(null, CREATION)).rejects.toThrow();
});

test('a database that fails after the write hides neither the change nor the entry of the log', async () => {
  const aws = await openEditableAws();
  aws.before(1, () => void aws.closeDatabase());
  expect(await aws.update({ lifeCycle: { nextSteps: 'Sign.' } })).toMatchObject({
    type: 'done',
    record: { lifeCycle: { nextSteps: 'Sign.' } },
  });
  expect(aws.entries).toMatchObject([{ outcome: 'done', changed: ['lifeCycle.nextSteps'] }]);
});
