import { expect, test } from '@jest/globals';
import {
  GET_ENGAGEMENT,
  GET_INVITATION,
  GET_OPPORTUNITY,
  GET_SNAPSHOT_JOB,
  LIST_ENGAGEMENTS,
  LIST_INVITATIONS,
  LIST_OPPORTUNITIES,
} from '../../src/partner-central/record-operations.js';
import {
  GET_AWS_OPPORTUNITY,
  LIST_ENGAGEMENT_ASSOCIATIONS,
  LIST_SOLUTIONS,
} from '../../src/partner-central/related-operations.js';
import { createTelemetry } from '../../src/runtime/telemetry.js';
import { ok, openAwsStub, refusal, type StubAnswer, type StubAnswers } from '../support/fakes/aws-stub.js';
import { ENGAGEMENT, INVITATION, OPPORTUNITY, SECRET, SNAPSHOT_JOB } from '../support/fixtures/raw-records.js';
import { ASSOCIATION, AWS_SUMMARY, SOLUTION } from '../support/fixtures/raw-related.js';
import { LIST, SANDBOX } from '../support/aws/read-one.js';

const ONE = { catalog: SANDBOX, id: 'O1000001' };

test('a JSON answer that does not describe a record is a failure', async () => {
  const stub = await openAwsStub({ GetOpportunity: () => ok({}) });
  expect(await stub.partnerCentral.read(GET_OPPORTUNITY, ONE)).toEqual({
    type: 'unknown',
    awsCode: 'EmptyAnswer',
    message:
      'The call failed with EmptyAnswer: The answer does not describe an opportunity. A proxy may stand between the gateway and AWS.',
  });
});

test('the log at its finest level holds no data of customers, for every read and every failure', async () => {
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const all = (answer: (good: unknown) => StubAnswer): StubAnswers => ({
    GetOpportunity: () => answer(OPPORTUNITY),
    ListOpportunities: () => answer({ OpportunitySummaries: [OPPORTUNITY] }),
    GetEngagement: () => answer(ENGAGEMENT),
    ListEngagements: () => answer({ EngagementSummaryList: [ENGAGEMENT] }),
    GetEngagementInvitation: () => answer(INVITATION),
    ListEngagementInvitations: () => answer({ EngagementInvitationSummaries: [INVITATION] }),
    GetResourceSnapshotJob: () => answer(SNAPSHOT_JOB),
    GetAwsOpportunitySummary: () => answer(AWS_SUMMARY),
    ListEngagementResourceAssociations: () => answer({ EngagementResourceAssociationSummaries: [ASSOCIATION] }),
    ListSolutions: () => answer({ SolutionSummaries: [SOLUTION] }),
  });
  const reason = {
    Message: 'secret-reason',
    ErrorList: [{ FieldName: 'secret-field', Message: 'secret', Code: 'INVALID_VALUE' }],
  };
  const kinds = [
    all(ok),
    all(() => refusal('ValidationException', reason)),
    all(() => refusal('Exception', reason)),
    all((good) => ok({ ...Object(good), CreatedDate: 'secret', CreatedAt: 'secret', InvitationDate: 'secret' })),
  ];
  for (const answers of kinds) {
    const { partnerCentral } = await openAwsStub(answers, { telemetry });
    await partnerCentral.read(GET_OPPORTUNITY, ONE);
    await partnerCentral.read(LIST_OPPORTUNITIES, { ...LIST, filter: { customerCompanyNames: ['secret-company'] } });
    await partnerCentral.read(GET_ENGAGEMENT, { catalog: SANDBOX, id: 'eng-00000000000001' });
    await partnerCentral.read(LIST_ENGAGEMENTS, LIST);
    await partnerCentral.read(GET_INVITATION, { catalog: SANDBOX, id: 'engi-0000000000001' });
    await partnerCentral.read(LIST_INVITATIONS, { ...LIST, filter: { participantType: 'RECEIVER' } });
    await partnerCentral.read(GET_SNAPSHOT_JOB, { catalog: SANDBOX, id: 'job-0000000000001' });
    await partnerCentral.read(GET_AWS_OPPORTUNITY, ONE);
    await partnerCentral.read(LIST_ENGAGEMENT_ASSOCIATIONS, { ...LIST, filter: { opportunityId: null } });
    await partnerCentral.read(LIST_SOLUTIONS, { ...LIST, filter: { categories: ['secret-category'] } });
  }
  expect(lines).toHaveLength(40);
  expect(lines.filter((line) => SECRET.test(line))).toEqual([]);
});
