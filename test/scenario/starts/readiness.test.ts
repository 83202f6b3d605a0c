/** The readiness of each sample record of the simulator, compared with the outcome of a start. */
import { beforeAll, describe, expect, test } from '@jest/globals';
import { runToEnd, startGateway, type TestGateway } from '../../support/harness/gateway.js';
import {
  ACCEPTANCE_READINESS,
  CONVERSION_READINESS,
  SUBMISSION_READINESS,
  ask,
  rulesOf,
  type ReadinessCheck,
} from '../../support/clients/seller.js';

let gateway: TestGateway;
beforeAll(async () => {
  gateway = await startGateway({}, { speed: 20 });
});

const CO_SELL = { involvementType: 'CO_SELL', visibility: 'FULL' };
const submission = async (id: string, more: object = {}): Promise<ReadinessCheck[]> =>
  (await ask(gateway, SUBMISSION_READINESS, { id, awsSubmission: CO_SELL, ...more })).opportunity.submissionReadiness;
const acceptance = async (id: string): Promise<ReadinessCheck[]> =>
  (await ask(gateway, ACCEPTANCE_READINESS, { id })).engagementInvitation.acceptanceReadiness;
const contexts = async (
  id: string,
): Promise<{ identifier: string; type: string; conversionReadiness: ReadinessCheck[] }[]> =>
  (await ask(gateway, CONVERSION_READINESS, { id })).engagement.contexts;
const failures = (checks: readonly ReadinessCheck[]) => checks.filter(({ outcome }) => outcome === 'FAILED');

/** The rules that only AWS can evaluate. */
const ONLY_AWS_KNOWS = ['DUPLICATE_CUSTOMER'];

describe('The readiness of an opportunity', () => {
  test.each([
    [
      'O5000002',
      [
        {
          rule: 'SOLUTION_ASSOCIATED',
          field: 'RelatedEntityIdentifiers',
          source: 'DOCUMENTED',
          message: expect.stringMatching(/^No solution is associated\. Associate/),
        },
      ],
      'BUSINESS_VALIDATION_EXCEPTION relatedEntityIdentifiers.solutions:Associate atleast one solution',
    ],
    [
      'O5000003',
      [
        {
          rule: 'SALES_ACTIVITIES_PRESENT',
          field: 'Project.SalesActivities',
          source: 'DOCUMENTED',
          message: expect.stringMatching(/missing\. Give at least one/),
        },
      ],
      'REQUIRED_FIELD_MISSING project.salesActivities:project.salesActivities is required',
    ],
    [
      'O5000004',
      [
        {
          rule: 'TARGET_CLOSE_DATE_IN_FUTURE',
          field: 'LifeCycle.TargetCloseDate',
          source: 'OBSERVED',
          message: expect.stringMatching(/not after today \(UTC\)\. Give a later date/),
        },
      ],
      'BUSINESS_VALIDATION_EXCEPTION lifeCycle.targetCloseDate:Target Close Date should be a future date',
    ],
    [
      'O5000005',
      [
        {
          rule: 'STATE_OR_REGION_VALID',
          field: 'Customer.Account.Address.StateOrRegion',
          source: 'OBSERVED',
          message: expect.stringMatching(/missing\. For the country US give its full name/),
        },
      ],
      'REQUIRED_FIELD_MISSING customer.account.address.stateOrRegion:customer.account.address.stateOrRegion is required',
    ],
    [
      'O5000006',
      [
        {
          rule: 'REVIEW_STATUS_PRESENT',
          field: 'LifeCycle.ReviewStatus',
          source: 'OBSERVED',
          message: expect.stringMatching(/no review status/),
        },
      ],
      'ACTION_NOT_PERMITTED lifeCycle.reviewStatus:You cannot perform Submit action',
    ],
  ])(
    'exactly the broken rules of %s fail, and a start fails with the same complaint of AWS',
    async (id, broken, complaint) => {
      expect(failures(await submission(id))).toEqual(broken.map((check) => ({ ...check, outcome: 'FAILED' })));
      const { payload, statuses, last } = await runToEnd(gateway, id);
      expect(payload.userErrors).toEqual([]);
      expect(statuses.at(-1)).toBe('FAILED');
      expect(last.task.failure).toMatchObject({
        reasonCode: 'OPPORTUNITY_VALIDATION_FAILED',
        message: complaint,
        category: 'FIX_AND_RESUBMIT',
        retryable: false,
        recovery: expect.not.stringMatching(/Complete what the message names/),
        fieldErrors: broken.map(({ field }) => ({
          field: expect.stringContaining(field),
          code: complaint.split(' ')[0],
          message: complaint.slice(complaint.indexOf(':') + 1),
        })),
      });
    },
  );

  test('a complete opportunity passes all rules that the gateway can evaluate, and its start completes', async () => {
    const checks = await submission('O5000001');
    expect([rulesOf(checks, 'FAILED'), rulesOf(checks, 'UNKNOWN')]).toEqual([[], ONLY_AWS_KNOWS]);
    // A rule that depends on the submission is unknown without `awsSubmission`.
    const undecided = (await ask(gateway, SUBMISSION_READINESS, { id: 'O5000001' })).opportunity.submissionReadiness;
    expect(rulesOf(undecided, 'UNKNOWN')).toEqual(['VISIBILITY_ALLOWED', ...ONLY_AWS_KNOWS]);
    const { last } = await runToEnd(gateway, 'O5000001');
    expect(last.status).toBe('COMPLETE');
  });

  test.each([
    ['O5000007', 'Submitted'],
    ['O5000008', 'In Review'],
    ['O5000009', 'Approved'],
    ['O5000011', 'Rejected'],
    ['O5000012', 'Approved'],
  ])('the rule of the review status of %s fails, because it is %s', async (id, status) => {
    expect(failures(await submission(id))).toEqual([
      {
        rule: 'REVIEW_STATUS_PENDING',
        outcome: 'FAILED',
        field: 'LifeCycle.ReviewStatus',
        source: 'DOCUMENTED',
        message: expect.stringContaining(`The opportunity is ${status}`),
      },
    ]);
  });

  test('a Co-Sell with limited visibility fails, and a submission for visibility only does not', async () => {
    const awsSubmission = { involvementType: 'CO_SELL', visibility: 'LIMITED' };
    expect(failures(await submission('O5000004', { awsSubmission })).map(({ rule }) => rule)).toEqual([
      'TARGET_CLOSE_DATE_IN_FUTURE',
      'VISIBILITY_ALLOWED',
    ]);
    expect(
      rulesOf(
        await submission('O5000004', { awsSubmission: { ...awsSubmission, involvementType: 'FOR_VISIBILITY_ONLY' } }),
        'FAILED',
      ),
    ).toEqual(['TARGET_CLOSE_DATE_IN_FUTURE']);
  });

  test('a named engagement is checked too, and an unknown one is an error', async () => {
    const ofLead = await submission('O5000004', { engagementId: 'eng-leaddisqualif1' });
    expect(failures(ofLead)).toContainEqual(
      expect.objectContaining({
        rule: 'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
        message: expect.stringMatching(/Convert the lead first/),
      }),
    );
    expect(rulesOf(await submission('O5000004', { engagementId: 'eng-project5000009' }), 'PASSED')).toContain(
      'ENGAGEMENT_HAS_CUSTOMER_PROJECT',
    );
    const { errors } = await gateway.query(SUBMISSION_READINESS, {
      id: 'O5000004',
      engagementId: 'eng-notfound000001',
    });
    expect(errors).toMatchObject([{ extensions: { code: 'NOT_FOUND' } }]);
  });
});

describe('The readiness of a lead', () => {
  test.each([
    ['eng-leaddisqualif1', '1', 'LEAD_NOT_DISQUALIFIED', 'DISQUALIFIED_LEAD_NOT_PERMITTED'],
    ['eng-project5000009', '1', 'CONTEXT_IS_LEAD', 'CUSTOMER_PROJECT_CONTEXT_NOT_PERMITTED'],
    ['eng-fivecontexts01', '1', 'ROOM_FOR_CONTEXT', 'SERVICE_QUOTA_EXCEEDED'],
  ])(
    'the lead %s, context %s, breaks the rule %s, and its start fails with %s',
    async (id, contextIdentifier, rule, reasonCode) => {
      const context = (await contexts(id)).find(({ identifier }) => identifier === contextIdentifier);
      const broken = failures(context?.conversionReadiness ?? []);
      expect(broken.map((check) => check.rule)).toContain(rule);
      for (const { message } of broken) expect(message).toMatch(/^[A-Z].{20,}\.$/);
      const { last } = await runToEnd(gateway, id, { contextIdentifier });
      expect(last).toMatchObject({
        status: 'FAILED',
        task: { reasonCode, failure: { recovery: expect.stringMatching(/.{20}/) } },
      });
    },
  );

  test('each context of an engagement has its own readiness', async () => {
    expect(
      (await contexts('eng-fivecontexts01')).map(({ identifier, type, conversionReadiness }) => [
        identifier,
        type,
        rulesOf(conversionReadiness, 'FAILED'),
      ]),
    ).toEqual([
      ['1', 'LEAD', ['ROOM_FOR_CONTEXT']],
      ['2', 'PROSPECTING_RESULT', expect.arrayContaining(['CONTEXT_IS_LEAD', 'ROOM_FOR_CONTEXT'])],
      ...['3', '4', '5'].map((identifier) => [
        identifier,
        'CUSTOMER_PROJECT',
        expect.arrayContaining(['CONTEXT_IS_LEAD', 'ROOM_FOR_CONTEXT']),
      ]),
    ]);
  });

  test('a qualified lead breaks no rule, and its start completes', async () => {
    const [lead] = await contexts('eng-leadqualified1');
    expect([
      rulesOf(lead?.conversionReadiness ?? [], 'FAILED'),
      rulesOf(lead?.conversionReadiness ?? [], 'UNKNOWN'),
    ]).toEqual([[], ['CALLER_IS_MEMBER']]);
    expect((await runToEnd(gateway, 'eng-leadqualified1')).last.status).toBe('COMPLETE');
  });
});

describe('The readiness of an invitation', () => {
  test.each([
    ['engi-leadpending01', ['OPPORTUNITY_INVITATION'], 'INVITATION_VALIDATION_FAILED'],
    ['engi-expired000001', ['INVITATION_PENDING', 'INVITATION_NOT_EXPIRED'], 'INVITATION_VALIDATION_FAILED'],
    ['engi-rejected00001', ['INVITATION_PENDING'], 'INVITATION_VALIDATION_FAILED'],
    ['engi-accepted00001', ['INVITATION_PENDING'], 'ENGAGEMENT_INVITATION_CONFLICT'],
  ])('the invitation %s breaks the rules %j, and its start fails with %s', async (id, broken, reasonCode) => {
    expect(rulesOf(await acceptance(id), 'FAILED')).toEqual(broken);
    expect((await runToEnd(gateway, id)).last).toMatchObject({ status: 'FAILED', task: { reasonCode } });
  });

  test('a pending invitation breaks no rule, and its start completes', async () => {
    const checks = await acceptance('engi-opportunity01');
    expect([rulesOf(checks, 'FAILED'), rulesOf(checks, 'UNKNOWN')]).toEqual([[], ['CALLER_IS_RECEIVER']]);
    expect((await runToEnd(gateway, 'engi-opportunity01')).last.status).toBe('COMPLETE');
  });
});
