/** The table of an opportunity's members, compared with the members that the SDK knows. */
import { expect, test } from '@jest/globals';
import { LEAD_MEMBERS } from '../../../src/edits/patch/lead-members.js';
import { OPPORTUNITY_MEMBERS } from '../../../src/edits/patch/opportunity-members.js';
import type { Member, Members } from '../../../src/edits/patch/members.js';
import { ANSWERED_ONLY } from '../../../src/edits/update/update-opportunity.js';
import { sdkMembersOf } from '../../support/fixtures/sdk-members.js';

const KINDS = { text: 'value', choice: 'value', number: 'value', time: 'time', texts: 'values' } as const;

function listed(members: Members, prefix = ''): { path: string; kind: string }[] {
  return Object.values(members).flatMap((member: Member) => {
    const path = `${prefix}${member.aws}`;
    if (member.kind !== 'structure' && member.kind !== 'structures') return [{ path, kind: KINDS[member.kind] }];
    return [{ path, kind: member.kind }, ...listed(member.members, `${path}.`)];
  });
}

const byPath = (one: { path: string }, other: { path: string }) => (one.path < other.path ? -1 : 1);

test('a patch has every member that UpdateOpportunity takes, except for keys, the lock and what AWS sets', () => {
  const known = listed(OPPORTUNITY_MEMBERS);
  const sdk = sdkMembersOf('UpdateOpportunityRequest');
  const others = sdk.filter(({ path }) => !known.some((one) => one.path === path));
  expect(others.map(({ path }) => path).toSorted()).toEqual([
    'Catalog',
    'Identifier',
    'LastModifiedDate',
    'LifeCycle.ReviewComments',
    'LifeCycle.ReviewStatus',
    'LifeCycle.ReviewStatusReason',
  ]);
  const taken = sdk.filter((member) => !others.includes(member));
  expect(known.toSorted(byPath)).toEqual(taken.toSorted(byPath));
});

test('an update leaves out exactly the members that only GetOpportunity answers, and the lock', () => {
  const topOf = (name: Parameters<typeof sdkMembersOf>[0]) =>
    sdkMembersOf(name).flatMap(({ path }) => (path.includes('.') ? [] : path));
  const taken = new Set(topOf('UpdateOpportunityRequest'));
  const answeredOnly = topOf('GetOpportunityResponse').filter((name) => !taken.has(name));
  expect([...ANSWERED_ONLY].toSorted()).toEqual([...answeredOnly, 'Catalog', 'LastModifiedDate'].toSorted());
});

test('a patch of a lead has every member that UpdateEngagementContext takes, except for interactions and insights', () => {
  const known = listed(LEAD_MEMBERS);
  const sdk = sdkMembersOf('UpdateLeadContext');
  const others = sdk.filter(({ path }) => !known.some((one) => one.path === path));
  expect(new Set(others.map(({ path }) => path.split('.')[0]))).toEqual(new Set(['Insights', 'Interaction']));
  const taken = sdk.filter((member) => !others.includes(member));
  expect(known.toSorted(byPath)).toEqual(taken.toSorted(byPath));
});

test('an update of a lead sends back every member except the interactions', () => {
  const topOf = (name: Parameters<typeof sdkMembersOf>[0]) =>
    sdkMembersOf(name).flatMap(({ path }) => (path.includes('.') ? [] : path));
  const taken = new Set(topOf('UpdateLeadContext'));
  expect(topOf('LeadContext').filter((name) => !taken.has(name))).toEqual(['Interactions']);
});
