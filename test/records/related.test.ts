/** AWS's side of an opportunity, and the solutions: their calls, cache and mistakes. */
import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import type { SolutionFilter } from '../../src/records/records.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { AWS_SUMMARY, SOLUTION } from '../support/fixtures/raw-related.js';
import { openRecords } from '../support/aws/records.js';

describe("the look-up of AWS's side", () => {
  test('it is found, or missing until AWS has a summary, each in one call', async () => {
    const { records, stub } = await openRecords({
      GetAwsOpportunitySummary: ({ RelatedOpportunityIdentifier }) =>
        RelatedOpportunityIdentifier === 'O1'
          ? ok(AWS_SUMMARY)
          : refusal('ResourceNotFoundException', { Message: 'No.' }),
    });
    expect(await records.awsOpportunity('SANDBOX', 'O1')).toMatchObject({
      type: 'found',
      record: { opportunityId: 'O1', stage: 'Term Sheet Negotiation' },
    });
    expect(await records.awsOpportunity('SANDBOX', 'O2')).toEqual({ type: 'missing' });
    expect(stub.takeAsked()).toEqual(['GetAwsOpportunitySummary', 'GetAwsOpportunitySummary']);
  });

  test('look-ups at the same time share a call, and its answer serves for 2 s unless an event concerns it', async () => {
    const { records, stub, clock, source } = await openRecords({ GetAwsOpportunitySummary: () => ok(AWS_SUMMARY) });
    await Promise.all([1, 2, 3].map(() => records.awsOpportunity('SANDBOX', 'O1')));
    await clock.advance(2 * SECOND - 1);
    await records.awsOpportunity('SANDBOX', 'O1');
    expect(stub.takeAsked()).toEqual(['GetAwsOpportunitySummary']);
    source.forget('O1');
    await records.awsOpportunity('SANDBOX', 'O1');
    await clock.advance(2 * SECOND);
    await records.awsOpportunity('SANDBOX', 'O1');
    expect(stub.takeAsked()).toEqual(['GetAwsOpportunitySummary', 'GetAwsOpportunitySummary']);
  });

  test('an identifier of a wrong form is refused without a call', async () => {
    const { records, stub } = await openRecords();
    expect((await records.awsOpportunity('SANDBOX', 'S-1')).type).toBe('invalid');
    expect((await records.engagementIds('SANDBOX', 'eng-1')).type).toBe('invalid');
    expect(stub.takeAsked()).toEqual([]);
  });
});

describe('the list of solutions', () => {
  const page = { first: 20, after: null };
  const twentyOne = Array.from({ length: 21 }, (_, index) => `S-${index + 1}`);

  test('a page costs one call, and serves again for 2 s, also with its filter in another order', async () => {
    const { records, stub } = await openRecords({ ListSolutions: () => ok({ SolutionSummaries: [SOLUTION] }) });
    const list = (...identifiers: readonly string[]) => records.solutions('SANDBOX', { identifiers }, page);
    expect(await list('S-1', 'S-2')).toMatchObject({ type: 'page', items: [{ record: { id: 'S-0000001' } }] });
    await list('S-2', 'S-1');
    expect(stub.takeAsked()).toEqual(['ListSolutions']);
  });

  test.each<[SolutionFilter, string]>([
    [{ identifiers: twentyOne }, 'identifiers has 21 values. Expected at most 20.'],
    [
      { identifiers: ['O1'] },
      '"O1" is not a solution identifier. Expected "S-" and 1 to 19 digits, for example S-0000001.',
    ],
    [{ categories: twentyOne.slice(0, 11) }, 'categories has 11 values. Expected at most 10.'],
    [{ categories: [' '] }, 'categories has an empty name. Expected each to have at least one character.'],
    [
      { awsMarketplaceSolutionArns: ['x'] },
      '"x" is not the ARN of a solution in AWS Marketplace. Expected "arn:" and more, at most 2,048 characters.',
    ],
  ])('the filter %j is refused without a call', async (filter, message) => {
    const { records, stub } = await openRecords();
    expect(await records.solutions('SANDBOX', filter, page)).toEqual({ type: 'invalid', message });
    expect(stub.takeAsked()).toEqual([]);
  });

  test.each<SolutionFilter>([{ statuses: [] }, { identifiers: [] }, { categories: [] }])(
    'the filter %j matches nothing, without a call',
    async (filter) => {
      const { records, stub } = await openRecords();
      expect(await records.solutions('SANDBOX', filter, page)).toMatchObject({ type: 'page', items: [] });
      expect(stub.takeAsked()).toEqual([]);
    },
  );
});
