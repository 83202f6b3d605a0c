import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { ANY_OTHER_IDENTIFIER, SCENARIOS } from '../../../../src/partner-central/simulator/scenarios/scenarios.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';

/**
 * The observed behaviour: `<result of each send of Start>:<number of tasks> | <seconds after the first send> <status in
 * the List>`. The expectations are separate from the scenarios, so that neither can change alone.
 */
const PLAIN = 'IN_PROGRESS:1 | 0 IN_PROGRESS, 3 COMPLETE null';
const COMPLETES = 'IN_PROGRESS:1 | 0 IN_PROGRESS, 3 COMPLETE';
const failsWith = (code: string) => `IN_PROGRESS:1 | 0 IN_PROGRESS, 1 FAILED ${code}`;
const refusesWith = (name: string) => `${name}:0 ${name}:0 ${name}:0 ${name}:0 |`;

const OBSERVED: Readonly<Record<string, string>> = {
  O1000001: PLAIN,
  O1000002: 'COMPLETE:1 | 0.2 COMPLETE',
  O1000003: 'COMPLETE:1 | 2.5 COMPLETE',
  O1000004: 'COMPLETE:1 | 0 COMPLETE',
  O1000005: 'IN_PROGRESS:1 | 0 IN_PROGRESS, 60 COMPLETE',
  O1000006: COMPLETES,
  O1000007: 'FAILED:1 | 0 FAILED OpportunitySubmissionFailed',
  O1000008: COMPLETES,
  O1000009: PLAIN,
  O1000010: 'IN_PROGRESS:1 | 0 nothing, 3 IN_PROGRESS, 5 COMPLETE',
  O1000011: 'IN_PROGRESS:1 | 0 IN_PROGRESS, 1 PENDING_REVIEW, 4 COMPLETE',
  O1000012: failsWith('QuantumFluctuation'),
  O2000001: failsWith('InvitationAccessDenied'),
  O2000002: failsWith('InvitationValidationFailed'),
  O2000003: failsWith('EngagementAccessDenied'),
  O2000004: failsWith('OpportunityAccessDenied'),
  O2000005: failsWith('ResourceSnapshotJobAccessDenied'),
  O2000006: failsWith('ResourceSnapshotJobValidationFailed'),
  O2000007: failsWith('ResourceSnapshotJobConflict'),
  O2000008: failsWith('EngagementValidationFailed'),
  O2000009: failsWith('EngagementConflict'),
  O2000010: failsWith('OpportunitySubmissionFailed'),
  O2000011: failsWith('EngagementInvitationConflict'),
  O2000012: failsWith('InternalError'),
  O2000013: failsWith('OpportunityValidationFailed'),
  O2000014: failsWith('OpportunityConflict'),
  O2000015: failsWith('ResourceSnapshotAccessDenied'),
  O2000016: failsWith('ResourceSnapshotValidationFailed'),
  O2000017: failsWith('ResourceSnapshotConflict'),
  O2000018: failsWith('ServiceQuotaExceeded'),
  O2000019: failsWith('RequestThrottled'),
  O3000001: refusesWith('ValidationException'),
  O3000002: refusesWith('ValidationException'),
  O3000003: refusesWith('AccessDeniedException'),
  O3000004: refusesWith('AccessDeniedException'),
  O3000005: refusesWith('ConflictException'),
  O3000006: refusesWith('ResourceNotFoundException'),
  O3000007: refusesWith('ServiceQuotaExceededException'),
  O3000008: `ThrottlingException:0 ThrottlingException:0 ${COMPLETES}`,
  O3000009: `InternalServerException:0 InternalServerException:0 ${COMPLETES}`,
  O3000010: refusesWith('TeapotException'),
  O4000001: `SyntaxError:0 ${COMPLETES}`,
  O4000002: `ECONNRESET:0 ${COMPLETES}`,
  O4000003: `ECONNRESET:1 ${COMPLETES}`,
  O5000001: COMPLETES,
  O5000002: failsWith('OpportunityValidationFailed'),
  O5000003: failsWith('OpportunityValidationFailed'),
  O5000004: failsWith('OpportunityValidationFailed'),
  O5000005: failsWith('OpportunityValidationFailed'),
  O5000006: failsWith('OpportunityValidationFailed'),
  O5000007: failsWith('OpportunityConflict'),
  O5000008: failsWith('OpportunityConflict'),
  O5000009: failsWith('OpportunityConflict'),
  O5000010: COMPLETES,
  O5000011: failsWith('OpportunityConflict'),
  O5000012: failsWith('OpportunityConflict'),
  O5000013: COMPLETES,
  O5000014: COMPLETES,
  'eng-completes00001': PLAIN,
  'eng-insidecall0001': 'COMPLETE:1 | 0.2 COMPLETE',
  'eng-slowanswer0001': 'COMPLETE:1 | 2.5 COMPLETE',
  'eng-nullids0000001': 'COMPLETE:1 | 0 COMPLETE',
  'eng-takesaminute01': 'IN_PROGRESS:1 | 0 IN_PROGRESS, 60 COMPLETE',
  'eng-withouttaskid1': COMPLETES,
  'eng-failsatonce001': 'FAILED:1 | 0 FAILED EngagementAccessDenied',
  'eng-reasonnull0001': PLAIN,
  'eng-listedlate0001': 'IN_PROGRESS:1 | 0 nothing, 3 IN_PROGRESS, 5 COMPLETE',
  'eng-unknownstatus1': 'IN_PROGRESS:1 | 0 IN_PROGRESS, 1 PENDING_REVIEW, 4 COMPLETE',
  'eng-unknownreason1': failsWith('QuantumFluctuation'),
  'eng-contextmissing': failsWith('ContextNotFound'),
  'eng-alreadyproject': failsWith('CustomerProjectContextNotPermitted'),
  'eng-disqualified01': failsWith('DisqualifiedLeadNotPermitted'),
  'eng-invalid0000001': refusesWith('ValidationException'),
  'eng-accessdenied01': refusesWith('AccessDeniedException'),
  'eng-conflict000001': refusesWith('ConflictException'),
  'eng-notfound000001': refusesWith('ResourceNotFoundException'),
  'eng-throttled00001': `ThrottlingException:0 ThrottlingException:0 ${COMPLETES}`,
  'eng-servererror001': `InternalServerException:0 InternalServerException:0 ${COMPLETES}`,
  'eng-unknownerror01': refusesWith('TeapotException'),
  'eng-htmlanswer0001': `SyntaxError:0 ${COMPLETES}`,
  'eng-resetbefore001': `ECONNRESET:0 ${COMPLETES}`,
  'eng-resetafter0001': `ECONNRESET:1 ${COMPLETES}`,
  'eng-leadqualified1': COMPLETES,
  'eng-leaddisqualif1': failsWith('DisqualifiedLeadNotPermitted'),
  'eng-project5000009': failsWith('CustomerProjectContextNotPermitted'),
  'eng-fivecontexts01': failsWith('ServiceQuotaExceeded'),
  'eng-leadnotjoined1': failsWith('EngagementAccessDenied'),
  'engi-completes0001': PLAIN,
  'engi-insidecall001': 'COMPLETE:1 | 0.2 COMPLETE',
  'engi-slowanswer001': 'COMPLETE:1 | 2.5 COMPLETE',
  'engi-nullids000001': 'COMPLETE:1 | 0 COMPLETE',
  'engi-takesaminute1': 'IN_PROGRESS:1 | 0 IN_PROGRESS, 60 COMPLETE',
  'engi-withouttaskid': COMPLETES,
  'engi-reasonnull001': PLAIN,
  'engi-listedlate001': 'IN_PROGRESS:1 | 0 nothing, 3 IN_PROGRESS, 5 COMPLETE',
  'engi-unknownstatus': 'IN_PROGRESS:1 | 0 IN_PROGRESS, 1 PENDING_REVIEW, 4 COMPLETE',
  'engi-unknownreason': failsWith('QuantumFluctuation'),
  'engi-failsatonce01': 'FAILED:1 | 0 FAILED InvitationValidationFailed',
  'engi-notforus00001': failsWith('InvitationAccessDenied'),
  'engi-rejectedby001': failsWith('InvitationValidationFailed'),
  'engi-accepted00001': failsWith('EngagementInvitationConflict'),
  'engi-nocreate00001': failsWith('OpportunityAccessDenied'),
  'engi-incomplete001': failsWith('OpportunityValidationFailed'),
  'engi-nojobrole0001': failsWith('ResourceSnapshotJobAccessDenied'),
  'engi-internal00001': failsWith('InternalError'),
  'engi-busy000000001': failsWith('RequestThrottled'),
  'engi-invalid000001': refusesWith('ValidationException'),
  'engi-accessdenied1': refusesWith('AccessDeniedException'),
  'engi-conflict00001': refusesWith('ConflictException'),
  'engi-notfound00001': refusesWith('ResourceNotFoundException'),
  'engi-throttled0001': `ThrottlingException:0 ThrottlingException:0 ${COMPLETES}`,
  'engi-servererror01': `InternalServerException:0 InternalServerException:0 ${COMPLETES}`,
  'engi-unknownerror1': refusesWith('TeapotException'),
  'engi-htmlanswer001': `SyntaxError:0 ${COMPLETES}`,
  'engi-resetbefore01': `ECONNRESET:0 ${COMPLETES}`,
  'engi-resetafter001': `ECONNRESET:1 ${COMPLETES}`,
  'engi-opportunity01': COMPLETES,
  'engi-leadpending01': failsWith('InvitationValidationFailed'),
  'engi-expired000001': failsWith('InvitationValidationFailed'),
  'engi-rejected00001': failsWith('InvitationValidationFailed'),
  'engi-senttoaws0001': failsWith('InvitationAccessDenied'),
};

const MOST_SENDS = 4;

function operationsFor(partner: Partner, identifier: string) {
  if (identifier.startsWith('O')) return { start: partner.startEngagement, list: partner.listEngagementTasks };
  if (/(^|\/)eng-/.test(identifier)) return { start: partner.startOpportunity, list: partner.listOpportunityTasks };
  return { start: partner.startAcceptance, list: partner.listAcceptanceTasks };
}

async function observe(partner: Partner, identifier: string): Promise<string> {
  const { clock, simulator } = partner;
  const { start, list } = operationsFor(partner, identifier);
  const startedAt = clock.now();
  const elapsed = () => (clock.now() - startedAt) / SECOND;

  const sends: string[] = [];
  let status: string | undefined;
  for (let send = 0; send < MOST_SENDS && status === undefined; send++) {
    const answer = start(identifier, 'token');
    // A blocked Start sleeps on the clock before it answers.
    await Promise.race([answer.catch(() => undefined), clock.whenAsleep()]);
    while (clock.sleepers() > 0) await clock.advance(100);
    try {
      status = (await answer).TaskStatus;
      sends.push(`${status}:${simulator.tasks().length}`);
    } catch (error) {
      if (!(error instanceof Error)) throw error;
      sends.push(`${nameOf(error)}:${simulator.tasks().length}`);
    }
  }

  const changes: string[] = [];
  let last = '';
  while (status !== undefined && !/COMPLETE|FAILED/.test(last)) {
    const { TaskSummaries: [task] = [] } = await list({});
    const now = task === undefined ? 'nothing' : [task.TaskStatus, task.ReasonCode].filter(Boolean).join(' ');
    if (now !== last) changes.push(`${elapsed()} ${now}`);
    last = now;
    await clock.advance(500);
  }
  return `${sends.join(' ')} | ${changes.join(', ')}`.trim();
}

const WELL_FORMED = {
  'engagement-from-opportunity': /^O[0-9]{1,19}$/,
  'opportunity-from-engagement': /^eng-[0-9a-z]{14}$/,
  'engagement-by-accepting-invitation': /^engi-[0-9a-z]{13}$/,
};

describe('the sample identifiers', () => {
  test('every sample identifier is well-formed, unique and has an expectation', () => {
    expect(SCENARIOS.map(({ identifier }) => identifier).sort()).toEqual(Object.keys(OBSERVED).sort());
    for (const { identifier, task } of SCENARIOS) {
      expect(identifier).toMatch(WELL_FORMED[task]);
    }
  });

  test.each(SCENARIOS.map(({ identifier, outcome }) => [identifier, outcome] as const))(
    'the sample identifier %s has the outcome: %s',
    async (identifier) => {
      expect(await observe(await createPartner(), identifier)).toBe(OBSERVED[identifier]);
    },
  );

  test('the samples cover every reason code of the model, and each failure has a message', () => {
    const samples = SCENARIOS.filter(({ byState }) => byState !== true);
    const failed = samples.flatMap(({ phases }) => phases.filter(({ status }) => status === 'FAILED'));
    expect(new Set(failed.map(({ reasonCode }) => reasonCode)).size).toBe(22 + 1);
    for (const { message } of failed) expect(message).toMatch(/\.$/);
  });

  test(`any other identifier has the outcome of the first: ${ANY_OTHER_IDENTIFIER}`, async () => {
    expect(await observe(await createPartner(), 'O77')).toBe(PLAIN);
    expect(await observe(await createPartner(), 'eng-zzzzzzzzzzzzzz')).toBe(PLAIN);
    expect(await observe(await createPartner(), 'engi-zzzzzzzzzzzzz')).toBe(PLAIN);
  });

  test('the ARN of an engagement or an invitation chooses the same scenario', async () => {
    const arnOf = (resource: string) => `arn:aws:partnercentral:us-east-1::catalog/Sandbox/${resource}`;
    expect(await observe(await createPartner(), arnOf('engagement/eng-contextmissing'))).toBe(
      failsWith('ContextNotFound'),
    );
    const byInvitation = await observe(await createPartner(), arnOf('engagement-invitation/engi-accepted00001'));
    expect(byInvitation).toBe(failsWith('EngagementInvitationConflict'));
  });
});

describe('the errors of the samples', () => {
  test('an error names the wrong fields', async () => {
    const { startEngagement } = await createPartner();
    expect(await failureOf(startEngagement('O3000001', 'token'))).toMatchObject({
      Reason: 'BUSINESS_VALIDATION_FAILED',
      ErrorList: [
        { FieldName: 'project.salesActivities', Code: 'REQUIRED_FIELD_MISSING' },
        { FieldName: 'lifeCycle.targetCloseDate', Code: 'INVALID_VALUE' },
      ],
    });
  });

  test('an error may have no message, and the SDK then adds its own', async () => {
    const { startEngagement } = await createPartner();
    const error = await failureOf(startEngagement('O3000002', 'token'));
    expect(error.message).toBe('UnknownError');
    expect(error).toMatchObject({ ErrorList: [{ FieldName: 'identifier', Code: 'ACTION_NOT_PERMITTED' }] });
  });

  test('one of the two AccessDeniedExceptions has a reason', async () => {
    const { startEngagement } = await createPartner();
    expect(await failureOf(startEngagement('O3000003', 'token'))).toMatchObject({
      name: 'AccessDeniedException',
      Reason: undefined,
    });
    expect(await failureOf(startEngagement('O3000004', 'token'))).toMatchObject({
      Reason: 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE',
    });
  });

  test('errors have the status 400, and server errors 500', async () => {
    const { startEngagement } = await createPartner();
    expect(await failureOf(startEngagement('O3000005', 'a'))).toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(await failureOf(startEngagement('O3000008', 'b'))).toMatchObject({ $metadata: { httpStatusCode: 400 } });
    expect(await failureOf(startEngagement('O3000009', 'c'))).toMatchObject({ $metadata: { httpStatusCode: 500 } });
  });
});

describe('the timeline of a task', () => {
  test('speed shortens the timeline', async () => {
    const { startEngagement, clock } = await createPartner({ speed: 10 });
    await startEngagement('O1000001', 'token');
    await clock.advance(299);
    expect((await startEngagement('O1000001', 'token')).TaskStatus).toBe('IN_PROGRESS');
    await clock.advance(1);
    expect((await startEngagement('O1000001', 'token')).TaskStatus).toBe('COMPLETE');
  });

  test('speed shortens a blocked Start', async () => {
    const { startEngagement, clock } = await createPartner({ speed: 10 });
    const answer = startEngagement('O1000003', 'token');
    await clock.whenAsleep();
    await clock.advance(250);
    expect((await answer).TaskStatus).toBe('COMPLETE');
  });
});
