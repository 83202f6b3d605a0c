/** Filters are exhaustive by type: this file does not compile if a member could be ignored. */
import 'reflect-metadata';
import { expect, test } from '@jest/globals';
import { filterOf, type TaskFilterInput } from '../../../src/graphql/task/task-filter.input.js';
import { engagementFilterOf } from '../../../src/graphql/engagement/engagement-filter.input.js';
import { invitationFilterOf } from '../../../src/graphql/invitation/engagement-invitation-filter.input.js';
import { opportunityFilterOf } from '../../../src/graphql/opportunity/opportunity-filter.input.js';
import type { EveryMember } from '../../../src/graphql/record/every-member.js';
import type { NoOtherMember, OpportunityFilter } from '../../../src/partner-central/model/record-filters.js';
import { CONDITIONS, type Conditions } from '../../../src/tasks/store/filter.js';
import type { TaskFilter } from '../../../src/tasks/store/filter.js';

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
    ...others
  } = filter;
  // @ts-expect-error `later` is left over
  others satisfies NoOtherMember;
  const { later: _7, ...none } = others;
  none satisfies NoOtherMember;
});

test('each filter names every member, including members that are not given', () => {
  expect(Object.keys(filterOf(null)).toSorted()).toEqual([...Object.keys(CONDITIONS), 'updatedAfter'].toSorted());
  expect(Object.keys(engagementFilterOf(null))).toEqual(['identifiers', 'contextTypes', 'excludeContextTypes']);
  expect(Object.keys(invitationFilterOf('RECEIVER', null))).toEqual([
    'participantType',
    'payloadTypes',
    'statuses',
    'engagementIdentifiers',
  ]);
  expect(Object.keys(opportunityFilterOf(null))).toHaveLength(6);
});
