import { describe, expect, test } from '@jest/globals';
import type { Task, TaskDetails } from '../../src/tasks/task.js';
import { NOW, fakeRecords, found, missing } from '../support/fakes/fake-records.js';
import {
  ENGAGEMENT_INPUT,
  OPPORTUNITY_INPUT,
  VIEWER,
  aTask,
  contextWith,
  fakeTasks,
} from '../support/fakes/fake-tasks.js';
import { codesOf, run } from '../support/server/run-operation.js';
import {
  ENGAGEMENT,
  INVITATION,
  OPPORTUNITY,
  SNAPSHOT_JOB,
  engagementSummaryOf,
  summaryOf,
} from '../support/fixtures/sample-records.js';

const LOOK_UPS = 'opportunity { id } engagement { id } engagementInvitation { id } resourceSnapshotJob { id }';
const ONE = `{ task(id: "task-one") { ${LOOK_UPS} } }`;
const BOARD_ROW = 'opportunity { id lifeCycle { stage reviewStatus } customer { account { companyName } } }';
const ARN = 'arn:aws:partnercentral:us-east-1:111122223333:catalog/SANDBOX';

const INVITATION_INPUT = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  catalog: 'SANDBOX',
  identifier: 'engi-started',
  tags: [],
} as const;
const EXTERNAL_INPUT = {
  ...INVITATION_INPUT,
  origin: 'EXTERNAL',
  kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
  identifier: 'eng-elsewhere',
} as const;
const ANSWERED: Partial<TaskDetails> = {
  opportunityId: `${ARN}/opportunity/O7`,
  engagementId: `${ARN}/engagement/eng-answered`,
  engagementInvitationId: `${ARN}/engagement-invitation/engi-answered`,
  resourceSnapshotJobId: 'job-answered',
};

const records = () =>
  fakeRecords({
    opportunity: () => found(OPPORTUNITY),
    opportunitySummary: () => found(summaryOf(OPPORTUNITY)),
    engagement: () => found(ENGAGEMENT),
    engagementSummary: () => found(engagementSummaryOf(ENGAGEMENT)),
    invitation: () => found(INVITATION),
    snapshotJob: () => found(SNAPSHOT_JOB),
  });

/** The look-ups that a task causes. */
async function lookUps(task: Task): Promise<readonly unknown[][]> {
  const asked = records();
  const answer = await run(ONE, contextWith(fakeTasks({ find: task }), { records: asked }));
  expect(answer.errors).toBeUndefined();
  return asked.asked;
}

describe('Task.opportunity, .engagement, .engagementInvitation and .resourceSnapshotJob', () => {
  test.each([
    ['an opportunity', OPPORTUNITY_INPUT, [['opportunitySummary', 'SANDBOX', 'O1000001']]],
    ['an engagement', ENGAGEMENT_INPUT, [['engagementSummary', 'AWS', 'eng-completes00001']]],
    [
      'an engagement by its ARN',
      { ...ENGAGEMENT_INPUT, identifier: `${ARN}/engagement/eng-started` },
      [['engagementSummary', 'AWS', 'eng-started']],
    ],
    ['an invitation', INVITATION_INPUT, [['invitation', 'SANDBOX', 'engi-started']]],
    ['an engagement of an external task', EXTERNAL_INPUT, [['engagementSummary', 'SANDBOX', 'eng-elsewhere']]],
    ['nothing that AWS reports', { ...EXTERNAL_INPUT, identifier: '' }, []],
  ])('the record that the start named is read until AWS names one: %s', async (_title, input, expected) => {
    const task = aTask({ input });
    expect(await lookUps(task)).toEqual(expected.map((call) => [...call, NOW - task.updatedAt]));
  });

  test.each([
    ['ENGAGEMENT_FROM_OPPORTUNITY', OPPORTUNITY_INPUT],
    ['ENGAGEMENT_BY_ACCEPTING_INVITATION', INVITATION_INPUT],
    ['external', EXTERNAL_INPUT],
  ])(
    'the records that AWS named are read by bare ids, and not from before the last change of the task: %s',
    async (_title, input) => {
      const task = aTask({ input, status: 'COMPLETE', details: ANSWERED });
      expect(await lookUps(task)).toEqual([
        ['opportunitySummary', 'SANDBOX', 'O7', NOW - task.updatedAt],
        ['engagementSummary', 'SANDBOX', 'eng-answered', NOW - task.updatedAt],
        ['invitation', 'SANDBOX', 'engi-answered', NOW - task.updatedAt],
        ['snapshotJob', 'SANDBOX', 'job-answered', NOW - task.updatedAt],
      ]);
    },
  );

  test('the fields return the records that were found', async () => {
    const find = aTask({ details: ANSWERED });
    expect(await run(ONE, contextWith(fakeTasks({ find }), { records: records() }))).toEqual({
      data: {
        task: {
          opportunity: { id: 'O1' },
          engagement: { id: 'eng-1' },
          engagementInvitation: { id: 'engi-1' },
          resourceSnapshotJob: { id: 'job-1' },
        },
      },
    });
  });

  test('a record that AWS does not have is null', async () => {
    const none = fakeRecords({
      opportunitySummary: missing,
      engagementSummary: missing,
      invitation: missing,
      snapshotJob: missing,
    });
    const answer = await run(ONE, contextWith(fakeTasks({ find: aTask({ details: ANSWERED }) }), { records: none }));
    expect(answer).toEqual({
      data: { task: { opportunity: null, engagement: null, engagementInvitation: null, resourceSnapshotJob: null } },
    });
  });

  test('a record that cannot be read leaves the rest of the task', async () => {
    const asked = fakeRecords({
      opportunitySummary: async () => ({ type: 'unavailable', message: 'Down.', retryAfterMs: 1 }),
    });
    expect(
      await run(
        '{ task(id: "task-one") { id opportunity { id } } }',
        contextWith(fakeTasks({ find: aTask() }), { records: asked }),
      ),
    ).toMatchObject({
      data: { task: { id: 'task-one', opportunity: null } },
      errors: [{ path: ['task', 'opportunity'], extensions: { code: 'UPSTREAM_FAILED' } }],
    });
  });

  test('a caller without the scope sees the task, and an error for each record', async () => {
    const context = contextWith(fakeTasks({ find: aTask() }), { viewer: { ...VIEWER, records: false } });
    const answer = await run(`{ task(id: "task-one") { id ${LOOK_UPS} } }`, context);
    expect(answer.data).toMatchObject({ task: { id: 'task-one', opportunity: null } });
    expect(codesOf(answer)).toEqual(['FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN', 'FORBIDDEN']);
  });
});

describe('a list of tasks', () => {
  const list = {
    items: Array.from({ length: 20 }, (_, n) => ({
      cursor: `c${n}`,
      item: aTask({ id: `t${n}`, input: { ...OPPORTUNITY_INPUT, identifier: `O${n}` } }),
    })),
    hasNextPage: false,
    hasPreviousPage: false,
  };

  test('the summaries of all opportunities in a list of tasks are requested together', async () => {
    let together = 0;
    const asked = fakeRecords({
      opportunitySummary: async () => {
        together += 1;
        // Records joins the requests of one turn of the event loop in one call.
        await new Promise((resolve) => setImmediate(resolve));
        expect(together).toBe(20);
        return found(summaryOf(OPPORTUNITY));
      },
    });
    const answer = await run(
      `{ tasks { nodes { ${BOARD_ROW} } } }`,
      contextWith(fakeTasks({ list }), { records: asked }),
    );
    expect(answer.errors).toBeUndefined();
    expect(asked.asked).toHaveLength(20);
  });

  test('each opportunity is read on its own if the selection needs more than the summary', async () => {
    const asked = records();
    await run(
      `{ tasks { nodes { ${BOARD_ROW} opportunity { relatedEntities { solutions } } } } }`,
      contextWith(fakeTasks({ list }), { records: asked }),
    );
    expect(asked.asked.map(([name, , id]) => `${String(name)} ${String(id)}`)).toEqual(
      list.items.map((_, n) => `opportunity O${n}`),
    );
  });
});
