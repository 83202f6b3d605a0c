/** Sensitive data of Partner Central reaches only callers with the scope records:read, and never the log. */
import { describe, expect, test } from '@jest/globals';
import { SEED_ENGAGEMENTS } from '../../../src/partner-central/simulator/seed/engagements.js';
import { SEED_INVITATIONS } from '../../../src/partner-central/simulator/seed/invitations.js';
import { SEED_OPPORTUNITIES, companyOf } from '../../../src/partner-central/simulator/seed/opportunities.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { runToEnd, start, startGateway } from '../../support/harness/gateway.js';
import {
  ACCEPTANCE_READINESS,
  CONVERSION_READINESS,
  RETRY,
  SUBMISSION_READINESS,
  atAws,
} from '../../support/clients/seller.js';

const ADDRESS = 'address { streetAddress city stateOrRegion postalCode countryCode }';
const CONTACT = '{ firstName lastName businessTitle email phone }';
const LOOK_UPS = {
  opportunity: `query($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) {
    customer { account { companyName websiteUrl awsAccountId duns ${ADDRESS} } contacts ${CONTACT} }
    project { title customerBusinessProblem additionalComments expectedCustomerSpend { amount } } lifeCycle { nextSteps reviewComments } opportunityTeam ${CONTACT}
  } }`,
  related: `query($id: ID!) { opportunity(catalog: SANDBOX, identifier: $id) { engagement { title } aws {
    team ${'{ firstName lastName businessTitle email }'} nextSteps nextBestActions recommendations { details } expectedCustomerSpend { amount }
    spendInsights { aws { totalOptimizedAmount } } customerContacts ${CONTACT}
  } } }`,
  engagement: `query($id: ID!) { engagement(catalog: SANDBOX, identifier: $id) { title description createdBy contexts {
    prospectingResult { customer { accountName publicProfileSummary } taskName }
    lead { customer { companyName websiteUrl ${ADDRESS} } interactions { businessProblem contact ${CONTACT} } }
    customerProject { customer { companyName } project { title businessProblem } }
  } } }`,
  invitation: `query($id: ID!) { engagementInvitation(catalog: SANDBOX, identifier: $id) {
    engagementTitle senderAwsAccountId receiverAwsAccountId senderCompanyName message
    opportunity { customer { companyName } project { title businessProblem expectedCustomerSpend { amount } } senderContacts ${CONTACT} } lead { customer { companyName } }
  } }`,
};

/** Sensitive values of all records: names, texts, addresses, people, accounts, amounts. */
const PEOPLE = [
  'Robin',
  'robin.sample',
  '+15550100',
  'Kim',
  'kim.sample',
  '+15550101',
  'sam.sender',
  'Head of Operations',
  'Alexa',
  'owen.owner@aws.example.com',
];
const TEXTS = [
  'Foxglove',
  '4200.00',
  '3700.00',
  'first pilot',
  'submitted by another partner',
  'which AWS services the archive',
  'solutions architect',
  'decision maker',
  'publishes little',
  'Autumn prospects',
  'Fleet Planner',
];
const ACCOUNTS = ['123456789012', '210987654321', '345678901234'];
const COMPANIES = [...SEED_OPPORTUNITIES, ...SEED_ENGAGEMENTS, ...SEED_INVITATIONS].flatMap((id) => {
  const { name, domain, city, postalCode, project, problem } = companyOf(id);
  return [name, domain, city, postalCode, project, problem];
});
const SENSITIVE = [...PEOPLE, ...TEXTS, ...ACCOUNTS, ...COMPANIES];

test('no sensitive value is logged at any level, by look-ups, starts, outcome checks and retries that succeed or fail', async () => {
  const lines: string[] = [];
  const telemetry = createTelemetry({ level: 'trace', destination: { write: (line) => void lines.push(line) } });
  const gateway = await startGateway({}, { speed: 20 }, { telemetry });
  const answers: unknown[] = [];
  const query = async (document: string, variables: Record<string, unknown> = {}) =>
    answers.push(await gateway.query(document, variables));

  for (const id of SEED_OPPORTUNITIES) await query(LOOK_UPS.opportunity, { id });
  for (const id of ['O5000009', 'O5000012', 'O5000001']) await query(LOOK_UPS.related, { id });
  await query('{ solutions(catalog: SANDBOX) { nodes { name category } } }');
  for (const id of SEED_ENGAGEMENTS) await query(LOOK_UPS.engagement, { id });
  for (const id of SEED_INVITATIONS) await query(LOOK_UPS.invitation, { id });
  await query(
    '{ opportunities(catalog: SANDBOX, filter: { customerCompanyNames: ["Marlow Freight"] }) { nodes { customer { account { companyName } } } } }',
  );
  await query(
    '{ engagements(catalog: SANDBOX) { nodes { title } } engagementInvitations(catalog: SANDBOX) { nodes { senderCompanyName } } }',
  );
  await query(SUBMISSION_READINESS, { id: 'O5000002', engagementId: 'eng-leadqualified1' });
  await query(CONVERSION_READINESS, { id: 'eng-fivecontexts01' });
  await query(ACCEPTANCE_READINESS, { id: 'engi-opportunity01' });
  // Messages of AWS about a failure contain names too.
  for (const identifier of [
    'O5000001',
    'O5000005',
    'O5000007',
    'eng-leadqualified1',
    'engi-opportunity01',
    'O3000001',
    'O3000002',
    'O3000006',
  ]) {
    const { payload } = await runToEnd(gateway, identifier);
    await query(
      'query($id: ID!) { task(id: $id) { opportunity { customer { account { companyName } } } engagement { title } engagementInvitation { senderCompanyName } } }',
      { id: payload.task.id },
    );
    await query(RETRY, { id: payload.task.id });
  }
  for (const fault of [{ kind: 'half-answer' }, { kind: 'html', status: 502 }, { kind: 'reset-after' }] as const) {
    gateway.simulator.inject({ operation: 'GetOpportunity', times: 1, fault });
    await query(LOOK_UPS.opportunity, { id: 'O5000099' });
  }
  gateway.simulator.inject({
    operation: 'GetOpportunity',
    times: 1,
    fault: {
      kind: 'error',
      name: 'ValidationException',
      message: 'Marlow Freight is wrong',
      members: { Reason: 'BUSINESS_VALIDATION_FAILED' },
    },
  });
  await query(LOOK_UPS.opportunity, { id: 'O5000098' });
  await query('{ opportunity(catalog: SANDBOX, identifier: "Marlow Freight") { id } }');
  await atAws(gateway).accept('engi-leadpending01');

  const answered = JSON.stringify(answers);
  const logged = lines.join('');
  // The answers contain each value, so each could have been logged.
  expect(SENSITIVE.filter((text) => !answered.includes(text))).toEqual([]);
  expect(lines.length).toBeGreaterThan(100);
  expect(logged).toContain('"level":20');
  expect(SENSITIVE.filter((text) => logged.includes(text))).toEqual([]);
  expect(logged).not.toMatch(/unexpected error/);
});

describe('A token without the scope records:read', () => {
  test.each(['tasks:read', 'tasks:read:own'])(
    'a token with %s reads tasks and no records, neither at the root nor from a task',
    async (scope) => {
      const issuer = await createIssuer();
      const auth = { AUTH: 'jwt', JWT_ISSUER: issuer.url, JWT_AUDIENCE: AUDIENCE, JWKS_URL: issuer.jwksUrl };
      const gateway = await startGateway({ ...auth, START_WAIT_MS: '8000' }, { speed: 20 });
      const as = async (scopes: string, query: string, variables: Record<string, unknown> = {}): Promise<any> => {
        const authorization = `Bearer ${await issuer.token({ scope: scopes }, { subject: 'anna' })}`;
        const response = await fetch(gateway.url, {
          method: 'POST',
          headers: { 'content-type': 'application/json', authorization },
          body: JSON.stringify({ query, variables }),
        });
        return response.json();
      };
      const starter = {
        ...gateway,
        query: (query: string, variables?: Record<string, unknown>) => as('tasks:start', query, variables),
      };
      const { task } = await start(starter, 'O1000002');

      const roots = ['opportunity', 'engagement', 'engagementInvitation', 'resourceSnapshotJob'].map(
        (field) => `${field}(catalog: SANDBOX, identifier: "O5000001") { id }`,
      );
      const lists = ['opportunities', 'engagements', 'engagementInvitations', 'solutions'].map(
        (field) => `${field}(catalog: SANDBOX) { nodes { id } }`,
      );
      // The task must have ended, because a poll would add to the calls.
      const statusOf = async () => (await as(scope, `{ task(id: "${task.id}") { status } }`)).data.task.status;
      while ((await statusOf()) !== 'COMPLETE');
      const calls = gateway.simulator.calls().length;
      for (const field of [...roots, ...lists]) {
        expect(await as(`${scope} tasks:start`, `{ ${field} }`)).toMatchObject({
          errors: [{ message: expect.stringContaining('records:read'), extensions: { code: 'FORBIDDEN' } }],
        });
      }
      const fromTask = await as(
        scope,
        `{ task(id: "${task.id}") { status opportunityId opportunity { id } engagement { id } engagementInvitation ` +
          `{ id } resourceSnapshotJob { id } } }`,
      );
      expect(fromTask.data.task).toEqual({
        status: 'COMPLETE',
        opportunityId: 'O1000002',
        opportunity: null,
        engagement: null,
        engagementInvitation: null,
        resourceSnapshotJob: null,
      });
      expect(fromTask.errors.map((error: any) => error.extensions.code)).toEqual(Array(4).fill('FORBIDDEN'));
      expect(gateway.simulator.calls()).toHaveLength(calls);

      const both = await as(
        `${scope} records:read`,
        `{ task(id: "${task.id}") { opportunity { id } } opportunity(catalog: SANDBOX, identifier: "O5000001") { id } }`,
      );
      expect(both).toEqual({ data: { task: { opportunity: { id: 'O1000002' } }, opportunity: { id: 'O5000001' } } });
      // The catalogs of the token hold for look-ups as for starts.
      expect(
        await as(`${scope} records:read`, '{ opportunity(catalog: AWS, identifier: "O5000001") { id } }'),
      ).toMatchObject({ errors: [{ extensions: { code: 'CATALOG_NOT_ALLOWED' } }] });
      // The scope records:read does not include tasks.
      expect(await as('records:read', `{ tasks { nodes { id } } }`)).toMatchObject({
        errors: [{ extensions: { code: 'FORBIDDEN' } }],
      });
    },
  );
});
