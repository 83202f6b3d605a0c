/** The cost of look-ups, compared with the limit of the server. */
import { describe, expect, test } from '@jest/globals';
import { Kind, parse, type OperationDefinitionNode } from 'graphql';
import { costOf } from '../../../src/server/documents/cost.js';
import { DEFAULT_LIMITS, fragmentsOf } from '../../../src/server/security/limits.js';
import { publishedOperation } from '../../support/fixtures/published/published-operations.js';
import { schema } from '../../support/server/run-operation.js';

function costs(text: string, variables: Record<string, unknown> = {}): number {
  const document = parse(text);
  const operation = document.definitions.find(
    (definition): definition is OperationDefinitionNode => definition.kind === Kind.OPERATION_DEFINITION,
  );
  if (operation === undefined) throw new Error('no operation');
  return costOf(schema, operation, fragmentsOf(document), variables).cost;
}

const SUMMARY = 'opportunity { id lifeCycle { stage reviewStatus } customer { account { companyName } } }';
const FOUR = 'opportunity { id } engagement { id } engagementInvitation { id } resourceSnapshotJob { id }';

/** A published document with 50 instead of 20 for `first`. */
function fiftyOf(name: string): string {
  return publishedOperation(name).replace('$first: Int = 20', '$first: Int = 50');
}

describe('the cost of an operation', () => {
  test('fifty tasks with every field and one look-up each are within the limit', () => {
    expect(costs(`{ tasks(first: 50) { nodes { id status ${SUMMARY} } } }`)).toBeLessThan(DEFAULT_LIMITS.cost);
    expect(costs(fiftyOf('task-list').replace('...TaskFields', `...TaskFields ${SUMMARY}`))).toBeLessThan(
      DEFAULT_LIMITS.cost,
    );
    expect(costs(fiftyOf('task-board'))).toBeLessThan(DEFAULT_LIMITS.cost);
  });

  test('a hundred tasks with four look-ups each exceed the limit', () => {
    expect(costs(`{ tasks(first: 100) { nodes { ${FOUR} } } }`)).toBeGreaterThan(DEFAULT_LIMITS.cost);
    expect(costs(`{ tasks(first: 100) { nodes { ... on ExternalTask { ${FOUR} } } } }`)).toBeGreaterThan(
      DEFAULT_LIMITS.cost,
    );
  });

  const INPUTS = { inputs: Array.from({ length: 200 }, () => ({})) };
  const batchOf = (selection: string) =>
    `mutation($inputs: [StartEngagementFromOpportunityTaskInput!]!) { startEngagementFromOpportunityTasks(inputs: ` +
    `$inputs) { results { task { ${selection} } } } }`;

  test('200 starts of a batch with every field and one look-up each are within the limit', () => {
    const published = publishedOperation('start-engagement-from-opportunity-tasks');
    expect(costs(published, INPUTS)).toBeLessThan(DEFAULT_LIMITS.cost);
    expect(
      costs(
        published.replace('...TaskFields', '...TaskFields opportunity { id customer { account { companyName } } }'),
        INPUTS,
      ),
    ).toBeLessThan(DEFAULT_LIMITS.cost);
  });

  test('the warnings of a batch count once, because they are null', () => {
    const withWarnings = batchOf('id').replace('task {', 'warnings { rule outcome field message source } task {');
    expect(costs(withWarnings, INPUTS)).toBe(costs(withWarnings, { inputs: [{}] }));
    expect(
      costs(
        'mutation($input: StartEngagementFromOpportunityTaskInput!) { startEngagementFromOpportunityTask(input: $input) { warnings { rule } } }',
      ),
    ).toBe(1 + 20 + 1);
  });

  test('200 starts of a batch with two look-ups each, or with a page of tasks, exceed the limit', () => {
    expect(costs(batchOf('opportunity { id } engagement { id }'), INPUTS)).toBeGreaterThan(DEFAULT_LIMITS.cost);
    expect(costs(batchOf('batch { tasks(first: 100) { nodes { id } } }'), INPUTS)).toBeGreaterThan(DEFAULT_LIMITS.cost);
  });

  test("a page of twenty opportunities with AWS's side, team and engagement is within the limit, a hundred exceed it", () => {
    const page = (first: number) =>
      costs(
        `{ opportunities(catalog: AWS, first: ${first}) { nodes { id aws { stage team { email } } engagementIds engagement { id } } } }`,
      );
    expect(page(20)).toBeLessThan(DEFAULT_LIMITS.cost);
    expect(page(100)).toBeGreaterThan(DEFAULT_LIMITS.cost);
  });

  test("AWS's side, its team, an engagement and its ids each count as 20, and editability as its fields", () => {
    const one = (selection: string) => costs(`{ opportunity(catalog: AWS, identifier: "O1") { ${selection} } }`) - 20;
    expect(one('aws { stage }')).toBe(20 + 1);
    expect(one('aws { team { email lastName } }')).toBe(20 + 20 + 2);
    expect(one('engagement { id }')).toBe(20 + 1);
    expect(one('engagementIds')).toBe(20);
    expect(one('editability { field editable }')).toBe(1 + 2);
    expect(costs('{ solutions(catalog: AWS, first: 10) { nodes { id name } } }')).toBe(20 + 10 * 3);
  });

  test('each field that calls AWS counts as 20', () => {
    expect(costs('{ task(id: "t") { opportunity { id } } }')).toBe(1 + 20 + 1);
    expect(costs('{ opportunity(catalog: AWS, identifier: "O1") { id submissionReadiness { rule } } }')).toBe(
      20 + 1 + 20 + 1,
    );
    expect(costs('{ opportunities(catalog: AWS, first: 10) { nodes { id } } }')).toBe(20 + 10 * 2);
  });
});
