import { describe, expect, test } from '@jest/globals';
import { ok } from '../support/fakes/aws-stub.js';
import { openRecords } from '../support/aws/records.js';

const FIRST = { first: 2, after: null };

describe('the filters of lists', () => {
  const TOO_MANY = Array.from({ length: 21 }, (_, index) => `O${index}`);

  test.each([
    [{ identifiers: TOO_MANY }, 'identifiers has 21 values. Expected at most 20.'],
    [
      { identifiers: ['O1', 'X'] },
      '"X" is not an opportunity identifier. Expected the letter O and 1 to 19 digits, for example O1000001.',
    ],
    [{ customerCompanyNames: TOO_MANY.slice(0, 11) }, 'customerCompanyNames has 11 values. Expected at most 10.'],
    [
      { customerCompanyNames: [' '] },
      'customerCompanyNames has an empty name. Expected each to have at least one character.',
    ],
    [{ modifiedAfter: 2, modifiedBefore: 1 }, 'modifiedAfter is later than modifiedBefore. Expected it to be earlier.'],
    [{ createdAfter: 2, createdBefore: 1 }, 'createdAfter is later than createdBefore. Expected it to be earlier.'],
    [
      { targetCloseDateAfter: '2027-02-01', targetCloseDateBefore: '2027-01-31' },
      'targetCloseDateAfter is later than targetCloseDateBefore. Expected it to be earlier.',
    ],
    [
      { targetCloseDateBefore: '31.1.2027' },
      '"31.1.2027" is not a date. Expected year, month and day, for example 2027-01-31.',
    ],
  ])('a filter of opportunities that AWS would refuse is refused without a call: %#', async (filter, message) => {
    const { records, stub } = await openRecords();
    expect(await records.opportunities('SANDBOX', filter, FIRST)).toEqual({ type: 'invalid', message });
    expect(stub.takeAsked()).toEqual([]);
  });

  test('a filter of engagements or invitations names at most ten engagements, each as AWS names them', async () => {
    const { records, stub } = await openRecords();
    const eleven = Array.from({ length: 11 }, (_, index) => `eng-${String(index).padStart(14, '0')}`);
    const receiver = { participantType: 'RECEIVER' as const };
    expect(await records.engagements('SANDBOX', { identifiers: eleven }, FIRST)).toEqual({
      type: 'invalid',
      message: 'identifiers has 11 values. Expected at most 10.',
    });
    expect(await records.invitations('SANDBOX', { ...receiver, engagementIdentifiers: eleven }, FIRST)).toEqual({
      type: 'invalid',
      message: 'engagementIdentifiers has 11 values. Expected at most 10.',
    });
    expect((await records.engagements('SANDBOX', { identifiers: ['O1'] }, FIRST)).type).toBe('invalid');
    expect((await records.invitations('SANDBOX', { ...receiver, engagementIdentifiers: ['O1'] }, FIRST)).type).toBe(
      'invalid',
    );
    expect(stub.takeAsked()).toEqual([]);
  });

  test('a filter names at most ten AWS accounts, each in a form of AWS', async () => {
    const { records, stub } = await openRecords();
    const eleven = Array.from({ length: 11 }, (_, index) => String(123_456_789_000 + index));
    const receiver = { participantType: 'RECEIVER' as const };
    const wrong = '"a b" is not an AWS account. Expected 12 digits, or an alias of at most 12 letters, digits or ';
    for (const member of ['createdBy', 'excludeCreatedBy'] as const) {
      expect(await records.engagements('SANDBOX', { [member]: eleven }, FIRST)).toEqual({
        type: 'invalid',
        message: `${member} has 11 values. Expected at most 10.`,
      });
      expect(await records.engagements('SANDBOX', { [member]: ['a b'] }, FIRST)).toMatchObject({
        type: 'invalid',
        message: expect.stringContaining(wrong),
      });
    }
    expect(await records.invitations('SANDBOX', { ...receiver, senderAwsAccountIds: eleven }, FIRST)).toEqual({
      type: 'invalid',
      message: 'senderAwsAccountIds has 11 values. Expected at most 10.',
    });
    expect((await records.invitations('SANDBOX', { ...receiver, senderAwsAccountIds: ['a b'] }, FIRST)).type).toBe(
      'invalid',
    );
    expect(stub.takeAsked()).toEqual([]);
  });

  test('a value that occurs twice counts once', async () => {
    const { records } = await openRecords({ ListOpportunities: () => ok({ OpportunitySummaries: [] }) });
    expect((await records.opportunities('SANDBOX', { identifiers: [...TOO_MANY.slice(1), 'O1'] }, FIRST)).type).toBe(
      'page',
    );
  });
});
