import { describe, expect, test } from '@jest/globals';
import type { Records } from '../../../src/records/records.js';
import { editabilityOf } from '../../../src/records/editability.js';
import { asRead, leavesOf, objectType, selectionOf, selectionOfAll } from '../../support/fixtures/select-all-fields.js';
import { fakeRecords, found, missing } from '../../support/fakes/fake-records.js';
import { contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { run } from '../../support/server/run-operation.js';
import { ENGAGEMENT, OPPORTUNITY, engagementSummaryOf, summaryOf } from '../../support/fixtures/sample-records.js';
import { AWS_OPPORTUNITY } from '../../support/fixtures/sample-related.js';

const TYPE = objectType('AwsOpportunity');
const one = (selection: string) => `{ opportunity(catalog: SANDBOX, identifier: "O1") { ${selection} } }`;
const SUMMARY = ['opportunitySummary', 'SANDBOX', 'O1', undefined];
const AWS = ['awsOpportunity', 'SANDBOX', 'O1', undefined];

function recordsWith(answers: Partial<Records> = {}) {
  return fakeRecords({
    opportunitySummary: () => found(summaryOf(OPPORTUNITY)),
    awsOpportunity: () => found(AWS_OPPORTUNITY),
    ...answers,
  });
}

async function ask(selection: string, answers: Partial<Records> = {}) {
  const records = recordsWith(answers);
  const answer = await run(one(selection), contextWith(fakeTasks({}), { records }));
  return { answer, asked: records.asked };
}

describe('Opportunity.aws', () => {
  test('every member is returned, and the summary of the opportunity is enough', async () => {
    const { answer, asked } = await ask(`aws { ${selectionOfAll(TYPE)} }`);
    expect(answer).toEqual({ data: { opportunity: { aws: asRead(TYPE, AWS_OPPORTUNITY) } } });
    expect(asked).toEqual([SUMMARY, AWS]);
  });

  test.each(leavesOf(TYPE).map((path) => path.join('.')))('%s can be selected alone', async (leaf) => {
    const { answer } = await ask(selectionOf(['aws', ...leaf.split('.')]));
    expect(answer.errors).toBeUndefined();
  });

  test('it is null until AWS has a summary', async () => {
    const { answer } = await ask('id aws { stage }', { awsOpportunity: missing });
    expect(answer).toEqual({ data: { opportunity: { id: 'O1', aws: null } } });
  });

  test('a spent quota is an error of the field, and the opportunity is returned', async () => {
    const { answer } = await ask('id aws { stage }', {
      awsOpportunity: async () => ({ type: 'quota-spent', message: 'Spent.', retryAfterMs: 1000 }),
    });
    expect(answer).toMatchObject({
      data: { opportunity: { id: 'O1', aws: null } },
      errors: [{ path: ['opportunity', 'aws'], extensions: { code: 'QUOTA_SPENT', retryAfterMs: 1000 } }],
    });
  });
});

describe('AwsOpportunity.team', () => {
  const REP = { firstName: 'Rae', lastName: 'Rep', businessTitle: 'AWSSalesRep', email: null };
  const OWNER = { firstName: 'Pat', lastName: 'Partner', businessTitle: 'OpportunityOwner', email: 'pat@example.com' };
  const withTeam = () =>
    found({ ...OPPORTUNITY, opportunityTeam: [OWNER, REP].map((person) => ({ ...person, phone: null })) });
  const withoutTeam = (rawInvolvementType: string | null) => () =>
    found({ ...AWS_OPPORTUNITY, team: [], rawInvolvementType });
  const TEAM = 'aws { team { firstName lastName businessTitle email } }';

  test("AWS's people are read from the opportunity if the summary has none, which costs one more read", async () => {
    const { answer, asked } = await ask(TEAM, { awsOpportunity: withoutTeam('Co-Sell'), opportunity: withTeam });
    expect(answer).toEqual({ data: { opportunity: { aws: { team: [REP] } } } });
    expect(asked).toEqual([SUMMARY, AWS, ['opportunity', 'SANDBOX', 'O1', undefined]]);
  });

  test('the opportunity is not read before AWS is involved', async () => {
    const { answer, asked } = await ask(TEAM, { awsOpportunity: withoutTeam(null) });
    expect(answer).toEqual({ data: { opportunity: { aws: { team: [] } } } });
    expect(asked).toEqual([SUMMARY, AWS]);
  });

  test('the team is empty if the opportunity is gone', async () => {
    const { answer } = await ask(TEAM, { awsOpportunity: withoutTeam('Co-Sell'), opportunity: missing });
    expect(answer).toEqual({ data: { opportunity: { aws: { team: [] } } } });
  });
});

describe('Opportunity.engagement and engagementIds', () => {
  const engagements = (...ids: readonly string[]): Partial<Records> => ({
    engagementIds: () => found(ids),
    engagementSummary: () => found(engagementSummaryOf(ENGAGEMENT)),
    engagement: () => found(ENGAGEMENT),
  });
  const IDS = ['engagementIds', 'SANDBOX', 'O1', undefined];

  test('the first engagement is read as a summary if the selection needs no more', async () => {
    const { answer, asked } = await ask('engagementIds engagement { id title }', engagements('eng-1', 'eng-2'));
    expect(answer).toEqual({
      data: { opportunity: { engagementIds: ['eng-1', 'eng-2'], engagement: { id: 'eng-1', title: 'Title' } } },
    });
    expect(asked).toEqual([SUMMARY, IDS, IDS, ['engagementSummary', 'SANDBOX', 'eng-1', undefined]]);
  });

  test('the whole engagement is read for its contexts', async () => {
    const { answer, asked } = await ask('engagement { contexts { type } }', engagements('eng-1'));
    expect(answer).toMatchObject({ data: { opportunity: { engagement: { contexts: [{ type: 'LEAD' }, {}, {}] } } } });
    expect(asked.at(-1)).toEqual(['engagement', 'SANDBOX', 'eng-1', undefined]);
  });

  test('an opportunity without an engagement has null and an empty list', async () => {
    const { answer } = await ask('engagementIds engagement { id }', engagements());
    expect(answer).toEqual({ data: { opportunity: { engagementIds: [], engagement: null } } });
  });
});

test('Opportunity.editability needs only the summary', async () => {
  const { answer, asked } = await ask('editability { field editable reason source }');
  expect(answer).toEqual({ data: { opportunity: { editability: editabilityOf(OPPORTUNITY) } } });
  expect(asked).toEqual([SUMMARY]);
});
