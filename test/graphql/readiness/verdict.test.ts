/** The verdicts of records, and the checks that decide them. */
import { expect, test } from '@jest/globals';
import { NOW, fakeRecords, found, paged } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { COMPLETE, LEAD, PENDING, engagementWith } from '../../support/fixtures/passing-records.js';
import { summaryOf } from '../../support/fixtures/sample-records.js';
import { run } from '../../support/server/run-operation.js';

const SUBMISSION = 'awsSubmission: { involvementType: CO_SELL, visibility: FULL }';

test('the obstacles among the checks decide the verdict, and the opportunities of a list are read for it', async () => {
  const records = fakeRecords({
    opportunities: () => paged(summaryOf(COMPLETE), summaryOf({ ...COMPLETE, id: 'O2' })),
    engagementIds: () => found([]),
    opportunity: (_catalog, id) => found(id === 'O2' ? { ...COMPLETE, id, primaryNeedsFromAws: [] } : COMPLETE),
  });
  const query =
    `{ opportunities(catalog: SANDBOX) { nodes { id submissionVerdict(${SUBMISSION}) undecided: submissionVerdict ` +
    `submissionReadiness(${SUBMISSION}) { rule isObstacle } } } }`;
  const { data }: { data?: any } = await run(query, contextWith(fakeTasks({}), { records, now: () => NOW }));
  const [first, second] = data.opportunities.nodes;
  const obstacles = (node: any) =>
    node.submissionReadiness.filter((check: any) => check.isObstacle).map((check: any) => check.rule);
  expect([first.submissionVerdict, first.undecided, obstacles(first)]).toEqual(['CLEAR', 'UNKNOWN', []]);
  expect([second.submissionVerdict, second.undecided, obstacles(second)]).toEqual([
    'BLOCKED',
    'BLOCKED',
    ['PRIMARY_NEEDS_PRESENT'],
  ]);
  const asked = records.asked.map(([name]) => name).filter((name) => name !== 'engagementIds');
  expect(asked).toEqual(['opportunities', 'opportunity', 'opportunity']);
});

test('contexts and invitations have a verdict', async () => {
  const records = fakeRecords({
    engagement: () => found(engagementWith(LEAD)),
    invitation: () => found({ ...PENDING, expiresAt: NOW + 1 }),
  });
  const query =
    '{ engagement(catalog: SANDBOX, identifier: "eng-1") { contexts { conversionVerdict } } ' +
    'engagementInvitation(catalog: SANDBOX, identifier: "engi-1") { acceptanceVerdict } }';
  expect(await run(query, contextWith(fakeTasks({}), { records, now: () => NOW }))).toEqual({
    data: {
      engagement: { contexts: [{ conversionVerdict: 'CLEAR' }] },
      engagementInvitation: { acceptanceVerdict: 'CLEAR' },
    },
  });
});
