/** Filters are exhaustive by type: this file does not compile if a member could be ignored. */
import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { isInputObjectType } from 'graphql';
import { filterOf, type TaskFilterInput } from '../../../src/graphql/task/task-filter.input.js';
import { engagementFilterOf } from '../../../src/graphql/engagement/engagement-filter.input.js';
import { invitationFilterOf } from '../../../src/graphql/invitation/engagement-invitation-filter.input.js';
import { opportunityFilterOf } from '../../../src/graphql/opportunity/opportunity-filter.input.js';
import { solutionFilterOf } from '../../../src/graphql/solution/solution-filter.input.js';
import type { EveryMember } from '../../../src/graphql/record/every-member.js';
import type { NoOtherMember, OpportunityFilter } from '../../../src/partner-central/model/record-filters.js';
import { CONDITIONS, type Conditions } from '../../../src/tasks/store/filter.js';
import type { TaskFilter } from '../../../src/tasks/store/filter.js';
import { schema } from '../../support/server/run-operation.js';

type Later = { readonly later?: readonly string[] | undefined };

test('a member of TaskFilter without a condition does not compile', () => {
  CONDITIONS satisfies Conditions<TaskFilter>;
  // @ts-expect-error the table has no condition for `later`
  CONDITIONS satisfies Conditions<TaskFilter & Later>;
});

test('a member that only the filter or only the input has does not compile', () => {
  filterOf(null) satisfies EveryMember<TaskFilter, TaskFilterInput>;
  // @ts-expect-error the input has no `later`
  filterOf(null) satisfies EveryMember<TaskFilter & Later, TaskFilterInput>;
  // @ts-expect-error the filter has no `later`
  filterOf(null) satisfies EveryMember<TaskFilter, TaskFilterInput & Later>;
  // @ts-expect-error the filter does not say what `later` is
  filterOf(null) satisfies EveryMember<TaskFilter & Later, TaskFilterInput & Later>;
});

test('a member of a record filter that a read ignores does not compile', () => {
  const filter: OpportunityFilter & Later = {};
  const {
    identifiers: _1,
    stages: _2,
    reviewStatuses: _3,
    customerCompanyNames: _4,
    modifiedAfter: _5,
    modifiedBefore: _6,
    createdAfter: _7,
    createdBefore: _8,
    targetCloseDateAfter: _9,
    targetCloseDateBefore: _10,
    sort: _11,
    ...others
  } = filter;
  // @ts-expect-error `later` is left over
  others satisfies NoOtherMember;
  const { later: _12, ...none } = others;
  none satisfies NoOtherMember;
});

test.each<[string, Readonly<Record<string, unknown>>]>([
  ['TaskFilter', filterOf(null)],
  ['EngagementFilter', engagementFilterOf(null)],
  ['EngagementInvitationFilter', invitationFilterOf('RECEIVER', null)],
  ['SolutionFilter', solutionFilterOf(null)],
  ['OpportunityFilter', opportunityFilterOf(null, null)],
])(
  'an absent %s has every member of the schema, without a value',
  (name, { participantType: _side, sort: _sort, ...filter }) => {
    const type = schema.getType(name);
    const members = isInputObjectType(type) ? Object.keys(type.getFields()) : [];
    expect(Object.keys(filter).toSorted()).toEqual(members.toSorted());
    expect(Object.values(filter).filter((value) => value !== undefined)).toEqual([]);
  },
);

test('every member of a filter of tasks has a condition', () => {
  expect(Object.keys(filterOf(null)).toSorted()).toEqual([...Object.keys(CONDITIONS), 'updatedAfter'].toSorted());
});
