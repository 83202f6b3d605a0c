/** The published schema. The source emits it, it keeps its promises, and it follows the rules of graphql-eslint. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import {
  buildSchema,
  findBreakingChanges,
  findDangerousChanges,
  getIntrospectionQuery,
  graphqlSync,
  parse,
  validateSchema,
} from 'graphql';
import { printPossibleTypes } from '../src/graphql/possible-types.js';
import { createSchema, printGatewaySchema } from '../src/graphql/schema.js';
import { PUBLISHED_SCHEMA } from './support/fixtures/published/published-schema.js';
import { findViolations } from './support/checks/schema-rules.js';

const published = readFileSync(new URL('../../schema/schema.graphql', import.meta.url), 'utf8');

type Exception = { readonly rule: string; readonly at: readonly string[]; readonly reason: string };

const MUTATIONS = [
  'Mutation.startEngagementFromOpportunityTask',
  'Mutation.startOpportunityFromEngagementTask',
  'Mutation.startEngagementByAcceptingInvitationTask',
  'Mutation.startEngagementFromOpportunityTasks',
  'Mutation.retryTask',
];
const EDITS = [
  'Mutation.updateOpportunity',
  'Mutation.updateLead',
  'Mutation.createOpportunity',
  'Mutation.associateOpportunity',
  'Mutation.disassociateOpportunity',
  'Mutation.assignOpportunity',
  'Mutation.acceptEngagementInvitation',
  'Mutation.rejectEngagementInvitation',
];

/** The rules that this schema breaks on purpose. A rule without places is not checked at all. */
const EXCEPTIONS: readonly Exception[] = [
  {
    rule: 'no-typename-prefix',
    at: ['Task.taskId', 'Task.taskArn'],
    reason: 'AWS’s own names, beside the gateway’s `id`.',
  },
  {
    rule: 'no-typename-prefix',
    at: ['Lead.leadReadinessScore', 'Opportunity.opportunityTeam', 'Opportunity.opportunityType'],
    reason: 'AWS’s own names.',
  },
  {
    rule: 'strict-id-in-types',
    at: (
      'Address AwsCategorySpend AwsOpportunity AwsOptimization AwsProductSpend AwsRecommendation ' +
      'AwsRecommendationAttribute AwsRelatedEntities AwsSoftwareRevenue AwsSpendInsight AwsSpendInsights AwsTeamMember ' +
      'Contact ContractDuration CustomerAccount CustomerProject EngagementCustomer EngagementMember ' +
      'EngagementProject EnrichmentContext ExpectedCustomerSpend FieldEditability ' +
      'InvitedLead ' +
      'InvitedLeadCustomer InvitedLeadInteraction InvitedOpportunity InvitedProject Lead LeadCustomer ' +
      'LeadInteraction MonetaryValue NextSteps ' +
      'OpportunityCustomer OpportunityLifeCycle OpportunityMarketing OpportunityProject OpportunityRelatedEntities ' +
      'Prospect ProspectCustomer ProspectInsights ProspectingResult ' +
      'ReadinessCheck SoftwareRevenue'
    ).split(' '),
    reason: 'Parts of a record, without an identity.',
  },
  {
    rule: 'strict-id-in-types',
    at: ['EngagementContext'],
    reason: 'Its `identifier` is unique within its engagement only.',
  },
  {
    rule: 'strict-id-in-types',
    at: ['Engagement', 'EngagementInvitation', 'Opportunity', 'Solution'].flatMap((name) => [
      `${name}Connection`,
      `${name}Edge`,
    ]),
    reason: 'The Relay specification gives these no id.',
  },
  {
    rule: 'relay-edge-types',
    at: ['EngagementEdge.node', 'EngagementInvitationEdge.node', 'OpportunityEdge.node', 'SolutionEdge.node'],
    reason: 'No `node(id:)` field, so no Node interface: AWS’s ids are unique within a catalog only.',
  },
  {
    rule: 'strict-id-in-types',
    at: 'AwsSubmission EditConflict FieldError Leader Tag TaskFailure TaskList UserError PageInfo PartnerCentral QuotaCalls QuotaUsage Viewer'.split(
      ' ',
    ),
    reason: 'Values without an identity; a client’s cache keeps them inside their parent.',
  },
  {
    rule: 'strict-id-in-types',
    at: ['TaskConnection', 'TaskEdge', 'TaskTransitionConnection', 'TaskTransitionEdge'],
    reason: 'The Relay specification gives these no id.',
  },
  {
    rule: 'strict-id-in-types',
    at: [
      'StartEngagementFromOpportunityTaskPayload',
      'StartOpportunityFromEngagementTaskPayload',
      'StartEngagementByAcceptingInvitationTaskPayload',
      'StartEngagementFromOpportunityTasksPayload',
      'RetryTaskPayload',
      'UpdateOpportunityPayload',
      'UpdateLeadPayload',
      'CreateOpportunityPayload',
      'AssociateOpportunityPayload',
      'AssignOpportunityPayload',
      'EngagementInvitationPayload',
    ],
    reason: 'Payloads are answers to one request.',
  },
  { rule: 'strict-id-in-types', at: ['TaskTransition'], reason: 'Its `cursor` names it; a client keys it by that.' },
  {
    rule: 'require-nullable-result-in-root',
    at: ['Query.partnerCentral', 'Query.tasks', 'Query.transitions', 'Query.viewer', ...MUTATIONS, ...EDITS],
    reason: 'Each has one meaning of failure, an error for the whole operation: null would be a second one to handle.',
  },
  {
    rule: 'require-field-of-type-query-in-mutation-result',
    at: [...MUTATIONS, ...EDITS],
    reason: 'A mutation changes nothing but the tasks or the record that it returns.',
  },
  {
    rule: 'input-name',
    at: ['Mutation.startEngagementFromOpportunityTasks', 'Mutation.retryTask', 'Mutation.disassociateOpportunity'],
    reason:
      'A list of inputs is called so; an id with one option needs no input of its own; and an association is named alike ' +
      'when it is made and removed.',
  },
  {
    rule: 'relay-edge-types',
    at: ['TaskTransitionEdge.node'],
    reason: 'No `node(id:)` field, so no Node interface: a transition is read through its task.',
  },
  {
    rule: 'relay-edge-types (lists of edges only)',
    at: [],
    reason: 'Short lists such as tags are no connections, and `nodes` saves clients the edges.',
  },
  { rule: 'relay-arguments (backward pagination)', at: [], reason: 'Lists are paged forward only.' },
  {
    rule: 'alphabetize (groups, locale)',
    at: [],
    reason: 'The file is in graphql-js’s plain order: capitals before small letters, `id` among the others.',
  },
  { rule: 'no-root-type', at: [], reason: 'The gateway has all three.' },
  {
    rule: 'require-deprecation-date',
    at: [],
    reason: 'Its argument is not in the GraphQL specification: type-graphql cannot emit it.',
  },
];

describe('schema/schema.graphql', () => {
  test('the committed schema is what the source emits (node dist/src/commands/emit-schema.js)', () => {
    expect(published).toBe(printGatewaySchema());
  });

  test('the committed possible types are those of the source: npm run emit', () => {
    const committed = readFileSync(new URL('../../schema/possible-types.json', import.meta.url), 'utf8');
    expect(committed).toBe(printPossibleTypes(createSchema()));
    expect(JSON.parse(committed)['Task']).toContain('EngagementFromOpportunityTask');
  });

  test('every name, type and default that clients rely on is kept', () => {
    const promised = buildSchema(PUBLISHED_SCHEMA);
    const emitted = buildSchema(published);
    expect(findBreakingChanges(promised, emitted)).toEqual([]);
    expect(findDangerousChanges(promised, emitted)).toEqual([]);
  });

  test('every name of the schema is promised', () => {
    expect(findBreakingChanges(buildSchema(published), buildSchema(PUBLISHED_SCHEMA))).toEqual([]);
  });
});

describe('the rules of the schema', () => {
  test('the schema is valid and can be introspected', () => {
    const schema = createSchema();
    expect(validateSchema(schema)).toEqual([]);
    expect(graphqlSync({ schema, source: getIntrospectionQuery() }).errors).toBeUndefined();
  });

  const violations = findViolations(parse(published), buildSchema(published));

  test('the schema follows the rules of graphql-eslint, except for the listed exceptions', () => {
    const unexpected = violations.filter(
      ({ rule, at }) => !EXCEPTIONS.some((exception) => exception.rule === rule && exception.at.includes(at)),
    );
    expect(unexpected).toEqual([]);
  });

  test('each exception is needed', () => {
    const listed = EXCEPTIONS.flatMap(({ rule, at }) => at.map((place) => ({ rule, at: place })));
    const unneeded = listed.filter(
      (exception) => !violations.some(({ rule, at }) => rule === exception.rule && at === exception.at),
    );
    expect(unneeded).toEqual([]);
  });
});

describe('schema/README.md', () => {
  test('the newest entry of the changelog carries the hash of the schema', () => {
    const hash = createHash('sha256').update(published).digest('hex').slice(0, 8);
    const page = readFileSync(new URL('../../schema/README.md', import.meta.url), 'utf8');
    const [, newest = ''] = page.split('\n## Changelog\n')[1]?.split('\n### ') ?? [];
    const [heading = '', ...body] = newest.split('\n');
    const today = new Date().toISOString().slice(0, 10);
    const missing =
      `schema/schema.graphql has changed. Write an entry under "## Changelog" in schema/README.md, above the ` +
      `others, headed "### ${today} · \`${hash}\`". ` +
      'List what a client developer sees: names, types, values, arguments and defaults that were added, changed or ' +
      'deprecated. ' +
      'If only descriptions changed, write "- Descriptions only." An entry of today that was not released yet can ' +
      'be extended: give it the new hash.';
    const entry = {
      date: /^\d{4}-\d\d-\d\d/.test(heading),
      hash: /`([0-9a-f]{8})`/.exec(heading)?.[1],
      lines: body.some((line) => line.startsWith('- ')),
    };
    if (!entry.date || entry.hash !== hash || !entry.lines) throw new Error(missing);
  });
});
