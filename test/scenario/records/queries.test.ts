import { InMemoryCache, gql } from '@apollo/client';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { runToEnd, startGateway, type TestGateway } from '../../support/harness/gateway.js';

describe('Queries', () => {
  let gateway: TestGateway;
  const ids: string[] = [];

  beforeAll(async () => {
    gateway = await startGateway({ CATALOGS: 'SANDBOX,AWS' }, { speed: 10 });
    for (const identifier of ['O1000002', 'O1000002', 'eng-insidecall0001', 'O1000002', 'O1000002']) {
      const { payload, last } = await runToEnd(gateway, identifier);
      expect(last.status).toBe('COMPLETE');
      ids.push(payload.task.id);
    }
  });

  test('task returns a task by its id, and null for an unknown id', async () => {
    const result = await gateway.query('query($id: ID!) { task(id: $id) { id } none: task(id: "x") { id } }', {
      id: ids[0],
    });
    expect(result).toEqual({ data: { task: { id: ids[0] }, none: null } });
  });

  test('tasks pages through all tasks, newest first, each once', async () => {
    const seen: string[] = [];
    let after: string | null = null;
    do {
      const result = await gateway.query(
        'query($after: String) { tasks(first: 2, after: $after) { totalCount nodes { id } edges { cursor node { id } } pageInfo { hasNextPage hasPreviousPage startCursor endCursor } } }',
        { after },
      );
      const page: any = result.data.tasks;
      expect(page.totalCount).toBe(5);
      expect(page.pageInfo.hasPreviousPage).toBe(after !== null);
      expect(page.nodes).toEqual(page.edges.map((edge: any) => edge.node));
      seen.push(...page.nodes.map((node: any) => node.id));
      after = page.pageInfo.hasNextPage ? page.pageInfo.endCursor : null;
    } while (after !== null);
    expect(seen).toEqual([...ids].reverse());
  });

  test.each([
    [{ kinds: ['OPPORTUNITY_FROM_ENGAGEMENT'] }, 1],
    [{ kinds: [] }, 0],
    [{ statuses: ['COMPLETE'], identifiers: ['O1000002'] }, 4],
    [{ catalogs: ['AWS'] }, 0],
    [{ startedBy: 'somebody' }, 0],
  ])('tasks with the filter %j finds %i', async (filter, count) => {
    const result = await gateway.query(
      'query($filter: TaskFilter) { tasks(filter: $filter) { totalCount nodes { id } } }',
      { filter },
    );
    expect(result.data.tasks.totalCount).toBe(count);
    expect(result.data.tasks.nodes).toHaveLength(count);
  });

  test.each([0, -1, 101])('tasks refuses first: %i with the allowed range', async (first) => {
    const result = await gateway.query('query($first: Int!) { tasks(first: $first) { totalCount } }', { first });
    expect(result.errors?.[0]).toMatchObject({
      message: expect.stringMatching(/1.*100/),
      extensions: { code: 'BAD_USER_INPUT' },
    });
  });

  test('the transitions of a task page by the cursors of streams', async () => {
    const { payload, transitions } = await runToEnd(gateway, 'O1000001');
    const result = await gateway.query(
      'query($id: ID!, $after: String) { task(id: $id) { transitions(first: 1, after: $after) { nodes { sequence status task { status } } pageInfo { hasNextPage } } } }',
      { id: payload.task.id, after: transitions[0].cursor },
    );
    expect(result.data.task.transitions).toEqual({
      nodes: [{ sequence: 2, status: 'IN_PROGRESS', task: { status: 'COMPLETE' } }],
      pageInfo: { hasNextPage: true },
    });
  });

  test('the history of a task leaves its present state in the cache of a client', async () => {
    const { payload } = await runToEnd(gateway, 'O1000001');
    const { id, __typename: type } = payload.task;
    const history = 'nodes { __typename status task { __typename id status isTerminal } }';
    for (const source of [
      `query { task(id: "${id}") { __typename id status isTerminal transitions { __typename ${history} } } }`,
      `query { transitions(filter: { ids: ["${id}"] }) { __typename ${history} } }`,
    ]) {
      const cache = new InMemoryCache({ possibleTypes: { Task: [type] } });
      cache.writeQuery({ query: gql(source), data: (await gateway.query(source)).data });
      expect(cache.extract()[`${type}:${id}`]).toMatchObject({ status: 'COMPLETE', isTerminal: true });
    }
  });

  test('partnerCentral returns the upstream, the catalogs, the quotas and the counts of unfinished tasks', async () => {
    const result = await gateway.query(`{ partnerCentral {
      upstream catalogs queuedCount inProgressCount lastPolledAt pollStretch waitingFor clockJump
      reads { perSecond perDay availableNow remainingToday } writes { perSecond perDay availableNow remainingToday }
    } }`);
    const starts = gateway.simulator.calls().filter((call) => call.operation.startsWith('Start')).length;
    const lists = gateway.simulator.calls().filter((call) => call.operation.startsWith('List')).length;
    expect(result.data.partnerCentral).toMatchObject({
      upstream: 'OTHER',
      catalogs: ['AWS', 'SANDBOX'],
      queuedCount: 0,
      inProgressCount: 0,
      pollStretch: 1,
      waitingFor: null,
      lastPolledAt: expect.stringMatching(/Z$/),
      reads: { perSecond: 500, perDay: 100000, remainingToday: 100000 - lists },
      writes: { perSecond: 500, perDay: 10000, remainingToday: 10000 - starts },
    });
  });
});
