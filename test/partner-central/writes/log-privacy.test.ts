import { expect, test } from '@jest/globals';
import { CREATE_OPPORTUNITY } from '../../../src/partner-central/raw-operations.js';
import { ACCEPT_INVITATION, REJECT_INVITATION } from '../../../src/partner-central/writes/invitation-writes.js';
import {
  ASSIGN_OPPORTUNITY,
  ASSOCIATE_OPPORTUNITY,
  DISASSOCIATE_OPPORTUNITY,
} from '../../../src/partner-central/writes/opportunity-writes.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { ok, openAwsStub, refusal, type StubAnswer } from '../../support/fakes/aws-stub.js';
import { SANDBOX } from '../../support/aws/read-one.js';

test('the log at its finest level holds no data of customers, for every write and every failure', async () => {
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const reason = {
    Message: 'secret-reason',
    ErrorList: [{ FieldName: 'secret-field', Message: 'secret', Code: 'INVALID_VALUE' }],
  };
  const kinds: readonly StubAnswer[] = [
    ok({ Id: 'secret-id' }),
    refusal('ValidationException', reason),
    refusal('Exception', reason),
  ];
  for (const answer of kinds) {
    const operations = [
      CREATE_OPPORTUNITY,
      ASSOCIATE_OPPORTUNITY,
      DISASSOCIATE_OPPORTUNITY,
      ASSIGN_OPPORTUNITY,
      ACCEPT_INVITATION,
      REJECT_INVITATION,
    ].map(({ operation }) => [operation, () => answer]);
    const { partnerCentral } = await openAwsStub(Object.fromEntries(operations), { telemetry });
    const association = {
      catalog: SANDBOX,
      identifier: 'O1',
      entityType: 'SOLUTIONS',
      entityIdentifier: 'secret-1',
    } as const;
    await partnerCentral.write(CREATE_OPPORTUNITY, { Customer: { Account: { CompanyName: 'secret-company' } } });
    await partnerCentral.write(ASSOCIATE_OPPORTUNITY, association);
    await partnerCentral.write(DISASSOCIATE_OPPORTUNITY, association);
    await partnerCentral.write(ASSIGN_OPPORTUNITY, {
      catalog: SANDBOX,
      identifier: 'O1',
      assignee: {
        email: 'secret@example.com',
        firstName: 'secret-first',
        lastName: 'secret-last',
        businessTitle: 'secret-title',
        phone: '+15550100',
      },
    });
    await partnerCentral.write(ACCEPT_INVITATION, { catalog: SANDBOX, id: 'engi-0000000000001' });
    await partnerCentral.write(REJECT_INVITATION, {
      catalog: SANDBOX,
      id: 'engi-0000000000001',
      reason: 'secret-reason',
    });
  }
  expect(lines).toHaveLength(18);
  expect(lines.filter((line) => /secret|15550100/.test(line))).toEqual([]);
});
