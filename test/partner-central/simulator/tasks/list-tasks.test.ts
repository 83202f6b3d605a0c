import { describe, expect, test } from '@jest/globals';
import {
  type ListEngagementFromOpportunityTasksCommandInput,
  paginateListEngagementFromOpportunityTasks,
} from '@aws-sdk/client-partnercentral-selling';
import { list } from '../../../../src/partner-central/simulator/tasks/list-tasks.js';
import { createState } from '../../../../src/partner-central/simulator/state/state.js';
import { SECOND, systemClock } from '../../../../src/runtime/clock.js';
import { type Partner, createPartner, failureOf } from '../../../support/aws/simulator-client.js';

type Query = Partial<ListEngagementFromOpportunityTasksCommandInput>;

/** The opportunities of every page. */
async function pages({ listEngagementTasks }: Partner, query: Query): Promise<string[][]> {
  const result: string[][] = [];
  let NextToken: string | undefined;
  do {
    const page = await listEngagementTasks({ ...query, ...(NextToken === undefined ? {} : { NextToken }) });
    result.push((page.TaskSummaries ?? []).map(({ OpportunityId }) => OpportunityId ?? ''));
    NextToken = page.NextToken;
  } while (NextToken !== undefined);
  return result;
}

/** Starts tasks of O1, O2, … one second apart, so that O1 is complete when the fifth has just started. */
async function withTasks(count: number, options: Parameters<typeof createPartner>[0] = {}): Promise<Partner> {
  const partner = await createPartner(options);
  for (let index = 1; index <= count; index++) {
    if (index > 1) await partner.clock.advance(1 * SECOND);
    await partner.startEngagement(`O${index}`, `token ${index}`);
  }
  return partner;
}

const ASCENDING: Query = { Sort: { SortBy: 'StartTime', SortOrder: 'ASCENDING' } };
const DESCENDING: Query = { Sort: { SortBy: 'StartTime', SortOrder: 'DESCENDING' } };

describe('the pages of a list of tasks', () => {
  test('every full page has a token, so that an empty page can follow', async () => {
    const partner = await withTasks(4);
    expect(await pages(partner, { ...ASCENDING, MaxResults: 2 })).toEqual([['O1', 'O2'], ['O3', 'O4'], []]);
    expect(await pages(partner, { ...ASCENDING, MaxResults: 3 })).toEqual([['O1', 'O2', 'O3'], ['O4']]);
    expect(await pages(partner, { ...DESCENDING, MaxResults: 3 })).toEqual([['O4', 'O3', 'O2'], ['O1']]);
  });

  test('a page with a single result has a token', async () => {
    const { listEngagementTasks } = await withTasks(1);
    expect((await listEngagementTasks({ MaxResults: 1 })).NextToken).toBeDefined();
  });

  test('a page never exceeds the page size, even if more is requested', async () => {
    const partner = await withTasks(3, { pageSize: 2 });
    expect(await pages(partner, { ...ASCENDING, MaxResults: 1000 })).toEqual([['O1', 'O2'], ['O3']]);
    expect(await pages(partner, ASCENDING)).toEqual([['O1', 'O2'], ['O3']]);
  });

  test("the SDK's paginator reads every page", async () => {
    const { client } = await withTasks(5);
    const ids: unknown[] = [];
    for await (const page of paginateListEngagementFromOpportunityTasks(
      { client, pageSize: 2 },
      { Catalog: 'Sandbox' },
    )) {
      ids.push(...(page.TaskSummaries ?? []).map(({ OpportunityId }) => OpportunityId));
    }
    expect(ids).toEqual(['O5', 'O4', 'O3', 'O2', 'O1']);
  });

  test('no task is repeated or skipped while others are added', async () => {
    const partner = await withTasks(4);
    const { listEngagementTasks, startEngagement, clock } = partner;
    const first = await listEngagementTasks({ ...DESCENDING, MaxResults: 2 });
    await clock.advance(1 * SECOND);
    await startEngagement('O5', 'token 5');
    const second = await listEngagementTasks({ ...DESCENDING, MaxResults: 2, NextToken: first.NextToken });
    expect(second.TaskSummaries?.map(({ OpportunityId }) => OpportunityId)).toEqual(['O2', 'O1']);
  });

  test('tasks of the same moment have a stable order', async () => {
    const partner = await createPartner();
    for (const id of ['O1', 'O2', 'O3']) await partner.startEngagement(id, id);
    expect(await pages(partner, { ...ASCENDING, MaxResults: 1 })).toEqual([['O1'], ['O2'], ['O3'], []]);
  });

  test('an unknown token and a token of another request are refused', async () => {
    const { listEngagementTasks } = await withTasks(2);
    const { NextToken } = await listEngagementTasks({ MaxResults: 1 });
    const refused = { name: 'ValidationException', ErrorList: [{ FieldName: 'nextToken', Code: 'INVALID_VALUE' }] };
    expect(await failureOf(listEngagementTasks({ NextToken: 'made up' }))).toMatchObject(refused);
    expect(await failureOf(listEngagementTasks({ NextToken, ...ASCENDING }))).toMatchObject(refused);
    expect(await failureOf(listEngagementTasks({ NextToken, TaskStatus: ['FAILED'] }))).toMatchObject(refused);
  });
});

describe('the filters of a list of tasks', () => {
  test.each<[string, Query, string[]]>([
    ['a status', { TaskStatus: ['COMPLETE'] }, ['O1', 'O2']],
    ['several statuses', { TaskStatus: ['COMPLETE', 'IN_PROGRESS'] }, ['O1', 'O2', 'O3', 'O4', 'O5']],
    ['opportunities', { OpportunityIdentifier: ['O2', 'O4', 'O9'] }, ['O2', 'O4']],
    [
      'two members, of which all must match,',
      { OpportunityIdentifier: ['O2', 'O4'], TaskStatus: ['IN_PROGRESS'] },
      ['O4'],
    ],
    ['a status that no task has', { TaskStatus: ['FAILED'] }, []],
  ])('a filter by %s finds its tasks', async (_, query, found) => {
    expect(await pages(await withTasks(5), { ...ASCENDING, ...query })).toEqual([found]);
  });

  test('a filter by task accepts ids and ARNs, and ignores unknown ids', async () => {
    const partner = await withTasks(3);
    const [one, two] = partner.simulator.tasks();
    const ids = [one?.ids.TaskId ?? '', two?.ids.TaskArn ?? '', one?.ids.TaskArn ?? '', 'task-0000000000000'];
    expect(await pages(partner, { ...ASCENDING, TaskIdentifier: ids })).toEqual([['O1', 'O2']]);
    expect(await pages(partner, { TaskIdentifier: ids, OpportunityIdentifier: ['O2', 'O3'] })).toEqual([['O2']]);
  });

  test('a filter by engagement finds engagement tasks once they are complete', async () => {
    const partner = await withTasks(1);
    const engagement = partner.simulator.tasks()[0]?.ids.EngagementId ?? '';
    expect(await pages(partner, { EngagementIdentifier: [engagement] })).toEqual([[]]);
    await partner.clock.advance(3 * SECOND);
    expect(await pages(partner, { EngagementIdentifier: [engagement] })).toEqual([['O1']]);
    const arn = `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/${engagement}`;
    expect(await pages(partner, { EngagementIdentifier: [arn] })).toEqual([['O1']]);
  });

  test('a filter by engagement and context finds opportunity tasks', async () => {
    const { startOpportunity, listOpportunityTasks, clock } = await createPartner();
    await startOpportunity('eng-completes00001', 'one', { ContextIdentifier: '1' });
    await startOpportunity('eng-completes00001', 'two', { ContextIdentifier: '7' });
    await startOpportunity('eng-takesaminute01', 'three', { ContextIdentifier: '7' });
    const count = async (query: Parameters<typeof listOpportunityTasks>[0]) =>
      (await listOpportunityTasks(query)).TaskSummaries?.length;
    expect(await count({ EngagementIdentifier: ['eng-completes00001'] })).toBe(2);
    expect(await count({ ContextIdentifier: ['7'] })).toBe(2);
    expect(await count({ ContextIdentifier: ['7'], EngagementIdentifier: ['eng-completes00001'] })).toBe(1);
    expect(await count({ ContextIdentifier: ['2'] })).toBe(0);
    await clock.advance(3 * SECOND);
    expect(await count({ ContextIdentifier: ['2'] })).toBe(1);
  });
});

describe('a list of tasks', () => {
  test('a list has only the tasks of its own kind and catalog', async () => {
    const { startEngagement, startOpportunity, listEngagementTasks, listOpportunityTasks } = await createPartner();
    const inProduction = await startEngagement('O1', 'one', { Catalog: 'AWS' });
    await startEngagement('O2', 'two');
    await startOpportunity('eng-completes00001', 'three');
    expect((await listEngagementTasks()).TaskSummaries).toMatchObject([{ OpportunityId: 'O2' }]);
    expect((await listEngagementTasks({ Catalog: 'AWS' })).TaskSummaries).toMatchObject([{ OpportunityId: 'O1' }]);
    expect((await listEngagementTasks({ TaskIdentifier: [inProduction.TaskId ?? ''] })).TaskSummaries).toEqual([]);
    expect((await listOpportunityTasks()).TaskSummaries).toMatchObject([{ EngagementId: 'eng-completes00001' }]);
  });
});

test('the pages of the tasks in progress among 100,000 tasks have each of them once, the latest first', () => {
  const now = Date.UTC(2026, 0, 1);
  const COUNT = 100_000;
  // Each tenth task takes a minute and the others three seconds. A task starts every 5 ms.
  const entries = Array.from({ length: COUNT }, (_, index) => ({
    start: {
      kind: 'engagement-from-opportunity' as const,
      catalog: 'Sandbox',
      target: index % 10 === 0 ? 'O1000005' : 'O1000001',
      clientToken: `token ${index}`,
      fingerprint: '',
      startedAt: now - 5 * (COUNT - index),
    },
  }));
  const service = {
    state: createState({
      entries,
      appendStart: () => undefined,
      appendUpdate: () => undefined,
      close: () => undefined,
    }),
    clock: { ...systemClock, now: () => now },
    speed: 1,
    invisibleMs: 0,
    pageSize: 1000,
    closing: new AbortController().signal,
  };
  const found: string[] = [];
  let nextToken: string | undefined;
  do {
    const reply = list(service, 'engagement-from-opportunity', {
      page: { maxResults: 1000, nextToken },
      filters: {
        catalog: 'Sandbox',
        ascending: false,
        tasks: undefined,
        statuses: ['IN_PROGRESS'],
        opportunities: undefined,
      },
    });
    const { TaskSummaries = [], NextToken } = bodyOf(reply);
    found.push(...TaskSummaries.map(({ TaskId }) => TaskId));
    nextToken = NextToken ?? undefined;
  } while (nextToken !== undefined);
  const isRunning = ({ target, startedAt }: { target: string; startedAt: number }) =>
    now - startedAt < (target === 'O1000005' ? 60 : 3) * SECOND;
  const running = service.state.tasks().filter(isRunning);
  expect(running.length).toBeGreaterThan(1000);
  expect(found).toEqual(running.toReversed().map(({ ids }) => ids.TaskId));
});

type Page = {
  readonly TaskSummaries?: readonly { readonly TaskId: string }[];
  readonly NextToken?: string | null;
};

function bodyOf(reply: ReturnType<typeof list>): Page {
  if (reply.kind !== 'answer') throw new Error(`The list was answered by ${reply.kind}.`);
  return reply.body;
}
