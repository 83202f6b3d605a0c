/**
 * A seller's day with own opportunities: find one that is not ready, start, fail, correct, retry, follow the review.
 */
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../src/runtime/clock.js';
import { clockThatJumps, clockThatRuns } from '../../support/fakes/clocks.js';
import { FOLLOW, runToEnd, start, startGateway } from '../../support/harness/gateway.js';
import {
  FORGOTTEN_MS,
  RETRY,
  SUBMISSION_READINESS,
  ask,
  askUntil,
  atAws,
  dataOf,
  rulesOf,
} from '../../support/clients/seller.js';

const CO_SELL = { involvementType: 'CO_SELL', visibility: 'FULL' };
const TASK = `query($id: ID!) { task(id: $id) {
  status failure { message finding retryable recovery category } retryOf { id status } retriedBy { id status } opportunity { id lifeCycle { reviewStatus } }
} }`;

describe('An opportunity that is not ready', () => {
  test('an opportunity that is not ready is found, fails, is corrected and retried, and is submitted and approved', async () => {
    // The simulator shares the clock, which stands nearly still between steps, so that each state can be read.
    const clock = clockThatJumps();
    const gateway = await startGateway({}, { clock }, { clock });
    const { associate, update } = atAws(gateway);
    const readiness = { id: 'O5000002', awsSubmission: CO_SELL };

    const { opportunities } = await ask(
      gateway,
      `{ opportunities(catalog: SANDBOX, filter: { reviewStatuses: [PENDING_SUBMISSION] }) {
      nodes { id submissionReadiness(awsSubmission: { involvementType: CO_SELL, visibility: FULL }) { rule outcome field message source } }
    } }`,
    );
    const broken = Object.fromEntries(
      opportunities.nodes.map((node: any) => [node.id, rulesOf(node.submissionReadiness, 'FAILED')]),
    );
    expect(broken).toEqual({
      O5000001: [],
      O5000002: ['SOLUTION_ASSOCIATED'],
      O5000003: ['SALES_ACTIVITIES_PRESENT'],
      O5000004: ['TARGET_CLOSE_DATE_IN_FUTURE'],
      O5000005: ['STATE_OR_REGION_VALID'],
      O5000013: [],
      O5000014: [],
    });

    const { id } = (await start(gateway, 'O5000002')).task;
    clock.jump(1 * SECOND);
    const failed = (await gateway.collect(FOLLOW, { id })).at(-1)?.data.taskTransitions;
    expect(failed.status).toBe('FAILED');
    expect(failed.task.failure).toMatchObject({
      message: expect.stringMatching(/Associate atleast one solution/),
      recovery: expect.stringMatching(/associate at least one solution/),
    });

    await associate('O5000002', 'S-0000007');
    await update('O5000002', ({ Project }) => ({
      Project: { ...Project, SalesActivities: ['Customer has shown interest in solution', 'SOW Signed'] },
    }));
    clock.jump(FORGOTTEN_MS);
    const { submissionReadiness } = (await ask(gateway, SUBMISSION_READINESS, readiness)).opportunity;
    expect([rulesOf(submissionReadiness, 'FAILED'), rulesOf(submissionReadiness, 'UNKNOWN')]).toEqual([
      [],
      ['DUPLICATE_CUSTOMER'],
    ]);

    const retried = (await ask(gateway, RETRY, { id })).retryTask;
    expect(retried).toMatchObject({
      replayed: false,
      userErrors: [],
      task: { retryOf: { id, retriedBy: { id: retried.task.id } } },
    });
    clock.jump(3 * SECOND);
    const events = await gateway.collect(
      'subscription($id: ID!) { taskTransitions(id: $id, from: BEGINNING) { sequence status task { opportunity { lifeCycle { reviewStatus } } } } }',
      { id: retried.task.id },
    );
    expect(events.map((event) => dataOf(event).taskTransitions.status)).toEqual(['QUEUED', 'IN_PROGRESS', 'COMPLETE']);
    expect(events.at(-1)?.data.taskTransitions.task.opportunity.lifeCycle.reviewStatus).toBe('SUBMITTED');

    expect((await ask(gateway, TASK, { id })).task).toMatchObject({
      status: 'FAILED',
      retryOf: null,
      retriedBy: { id: retried.task.id, status: 'COMPLETE' },
    });
    clock.jump(40 * SECOND);
    const approved = (await ask(gateway, TASK, { id: retried.task.id })).task;
    expect(approved).toMatchObject({
      opportunity: { lifeCycle: { reviewStatus: 'APPROVED' } },
      status: 'COMPLETE',
      retryOf: { id, status: 'FAILED' },
      retriedBy: null,
      failure: null,
    });
  });

  test('a retry without a correction fails again, under a token of its own', async () => {
    const gateway = await startGateway({}, { speed: 50 });
    const { payload } = await runToEnd(gateway, 'O5000003');
    const { task } = (await ask(gateway, RETRY, { id: payload.task.id })).retryTask;
    const failed = await askUntil(gateway, TASK, { id: task.id }, (data) => data.task.status === 'FAILED');
    expect(failed.task.failure.message).toMatch(/salesActivities is required/);
    expect(new Set(gateway.simulator.tasks().map(({ clientToken }) => clientToken)).size).toBe(2);
  });

  test.each<[string, (hands: ReturnType<typeof atAws>) => Promise<unknown>]>([
    [
      'O5000003',
      ({ update }) =>
        update('O5000003', ({ Project }) => ({ Project: { ...Project, SalesActivities: ['SOW Signed'] } })),
    ],
    [
      'O5000004',
      ({ update }) =>
        update('O5000004', ({ LifeCycle }) => ({ LifeCycle: { ...LifeCycle, TargetCloseDate: '2099-12-31' } })),
    ],
    [
      'O5000005',
      ({ update }) =>
        update('O5000005', ({ Customer }) => ({
          Customer: {
            ...Customer,
            Account: {
              CompanyName: '',
              ...Customer?.Account,
              Address: { ...Customer?.Account?.Address, StateOrRegion: 'Arizona' },
            },
          },
        })),
    ],
    [
      'O5000006',
      ({ update }) =>
        update('O5000006', ({ LifeCycle }) => ({
          LifeCycle: { ...LifeCycle, ReviewStatus: 'Pending Submission' },
        })),
    ],
  ])('the corrected opportunity %s is ready after two seconds, and its start completes', async (id, correct) => {
    const clock = clockThatJumps();
    const gateway = await startGateway({}, { speed: 50 }, { clock });
    const failed = async () =>
      rulesOf(
        (await ask(gateway, SUBMISSION_READINESS, { id, awsSubmission: CO_SELL })).opportunity.submissionReadiness,
        'FAILED',
      );
    expect(await failed()).not.toEqual([]);
    await correct(atAws(gateway));
    clock.jump(FORGOTTEN_MS);
    expect(await failed()).toEqual([]);
    expect((await runToEnd(gateway, id)).last.status).toBe('COMPLETE');
  });
});

test('an EventBridge event makes a correction visible at once', async () => {
  const secret = 'only-EventBridge-has-it';
  // Time passes slowly, so that the gateway does not forget the record before the event.
  const gateway = await startGateway({ HINTS_SECRET: secret }, {}, { clock: clockThatRuns(0.1) });
  const broken = async () =>
    rulesOf(
      (await ask(gateway, SUBMISSION_READINESS, { id: 'O5000002', awsSubmission: CO_SELL })).opportunity
        .submissionReadiness,
      'FAILED',
    );
  expect(await broken()).toEqual(['SOLUTION_ASSOCIATED']);
  await atAws(gateway).associate('O5000002', 'S-0000007');
  expect(await broken()).toEqual(['SOLUTION_ASSOCIATED']);
  const event = {
    source: 'aws.partnercentral-selling',
    'detail-type': 'Opportunity Updated',
    detail: { catalog: 'Sandbox', opportunity: { identifier: 'O5000002' } },
  };
  const headers = { 'content-type': 'application/json', 'x-hint-secret': secret };
  expect(
    (await fetch(new URL('/hints/eventbridge', gateway.url), { method: 'POST', headers, body: JSON.stringify(event) }))
      .status,
  ).toBe(202);
  expect(await broken()).toEqual([]);
});

describe('An opportunity that was submitted already', () => {
  test.each([
    ['O5000007', 'Submitted'],
    ['O5000011', 'Rejected'],
  ])(
    'a start of the submitted opportunity %s (%s) conflicts, and a retry is refused unless despiteAdvice is set',
    async (id, status) => {
      const gateway = await startGateway({}, { speed: 50 });
      const { payload, last } = await runToEnd(gateway, id);
      expect(last).toMatchObject({ status: 'FAILED', reasonCode: 'OPPORTUNITY_CONFLICT' });
      const { failure } = (await ask(gateway, TASK, { id: payload.task.id })).task;
      expect(failure).toEqual({
        category: 'LOOK_BEFORE_RETRY',
        retryable: false,
        message: expect.stringContaining(`review status of the opportunity is ${status}`),
        finding: expect.stringContaining(`The opportunity is ${status}: it was submitted already`),
        recovery: expect.stringContaining(`The opportunity is ${status}`),
      });
      expect((await ask(gateway, RETRY, { id: payload.task.id })).retryTask).toEqual({
        task: null,
        replayed: false,
        userErrors: [
          { code: 'ALREADY_DONE', message: expect.stringMatching(/submitted already.*sure that it is not done/s) },
        ],
      });
      expect(gateway.simulator.tasks()).toHaveLength(1);
      expect((await ask(gateway, RETRY, { id: payload.task.id, despiteAdvice: true })).retryTask).toMatchObject({
        userErrors: [],
        task: { retryOf: { id: payload.task.id } },
      });
      expect(gateway.simulator.tasks()).toHaveLength(2);
    },
  );
});
