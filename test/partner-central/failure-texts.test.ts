import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { readFailure } from '../../src/partner-central/failure-texts.js';
import type { NextStep } from '../../src/partner-central/recovery.js';
import { SCENARIOS } from '../../src/partner-central/simulator/scenarios/scenarios.js';

/** Texts of AWS, as seen in refused submissions, with the field and the advice that they allow. */
const KNOWN: readonly (readonly [message: string, field: string, code: string, advice: RegExp, nextStep: NextStep])[] =
  [
    [
      'BUSINESS_VALIDATION_EXCEPTION lifeCycle.targetCloseDate: Target Close Date should be a future date',
      'LifeCycle.TargetCloseDate',
      'BUSINESS_VALIDATION_EXCEPTION',
      /day after today/,
      'RETRY',
    ],
    ['The close date is in the past.', 'LifeCycle.TargetCloseDate', 'UNKNOWN', /day after today/, 'RETRY'],
    [
      'Cannot set visibility to limited on a Co-Sell opportunity',
      'AwsSubmission.Visibility',
      'UNKNOWN',
      /For Visibility Only/,
      'NEW_START',
    ],
    [
      'ACTION_NOT_PERMITTED: You cannot perform Submit action',
      'LifeCycle.ReviewStatus',
      'ACTION_NOT_PERMITTED',
      /create a new opportunity/,
      'RETRY',
    ],
    [
      'Only Pending Submission or action required opportunities can be submitted',
      'LifeCycle.ReviewStatus',
      'UNKNOWN',
      /submitted already/,
      'RETRY',
    ],
    [
      'ACTION_NOT_PERMITTED: Opportunity is immutable',
      'LifeCycle.Stage',
      'ACTION_NOT_PERMITTED',
      /no more changes/,
      'NEW_START',
    ],
    [
      'The opportunity cannot be updated once it is Launched or Closed Lost.',
      'LifeCycle.Stage',
      'UNKNOWN',
      /no more changes/,
      'NEW_START',
    ],
    ['Conflicting error, last modified date is not the latest', 'LastModifiedDate', 'UNKNOWN', /once more/, 'RETRY'],
    [
      'Conflicting client token submitted for a new request body.',
      'ClientToken',
      'UNKNOWN',
      /uses a new token/,
      'RETRY',
    ],
    [
      'BUSINESS_VALIDATION_EXCEPTION relatedEntityIdentifiers.solutions:Associate atleast one solution',
      'RelatedEntityIdentifiers.Solutions',
      'BUSINESS_VALIDATION_EXCEPTION',
      /associate at least one/,
      'RETRY',
    ],
    [
      'The postal code is invalid for country Bhutan, Bhutan postal code must be in 99999 format.',
      'Customer.Account.Address.PostalCode',
      'UNKNOWN',
      /form in the message/,
      'RETRY',
    ],
    ['Duplicate Record', 'Customer.Account', 'UNKNOWN', /Update that opportunity/, 'NONE'],
    [
      'INVALID_VALUE project.expectedCustomerSpend.currencyCode:ESC cloud partition requires EUR currency',
      'Project.ExpectedCustomerSpend.CurrencyCode',
      'INVALID_VALUE',
      /EUR/,
      'RETRY',
    ],
    [
      'OPPORTUNITY_VALIDATION_FAILED project.salesActivities is required',
      'Project.SalesActivities',
      'OPPORTUNITY_VALIDATION_FAILED',
      /^AWS requires the sales activities\. Add what is missing\.$/,
      'RETRY',
    ],
    [
      'ACTION_NOT_PERMITTED project.salesActivities: project.salesActivities is required',
      'Project.SalesActivities',
      'ACTION_NOT_PERMITTED',
      /^AWS requires the sales activities\. Add what is missing\.$/,
      'RETRY',
    ],
  ];

describe('readFailure', () => {
  test.each(KNOWN)('the text %j names %s', (message, field, code, advice, nextStep) => {
    expect(readFailure(message, [])).toEqual({
      advice: expect.stringMatching(advice),
      nextStep,
      fieldErrors: [{ field, code, message: expect.stringMatching(/./) }],
    });
  });

  test('several entries of a message name several fields', () => {
    const message =
      'BUSINESS_VALIDATION_EXCEPTION relatedEntityIdentifiers.solutions:Associate atleast one solution;' +
      'REQUIRED_FIELD_MISSING customer.account.address.stateOrRegion:customer.account.address.stateOrRegion is required';
    expect(readFailure(message, [])).toEqual({
      advice: expect.stringMatching(/each of them as its message says/),
      nextStep: 'RETRY',
      fieldErrors: [
        {
          field: 'RelatedEntityIdentifiers.Solutions',
          code: 'BUSINESS_VALIDATION_EXCEPTION',
          message: 'Associate atleast one solution',
        },
        {
          field: 'Customer.Account.Address.StateOrRegion',
          code: 'REQUIRED_FIELD_MISSING',
          message: 'customer.account.address.stateOrRegion is required',
        },
      ],
    });
  });

  test('two entries about the same fault have its advice', () => {
    const { advice, nextStep } = readFailure(
      'BUSINESS_VALIDATION_EXCEPTION primaryNeedsFromAws:Cannot set visibility to limited on a Co-Sell opportunity;' +
        'ACTION_NOT_PERMITTED:You cannot perform Submit action. Opportunity cannot be submitted or updated to Limited ' +
        'Visibility',
      [],
    );
    expect(advice).toMatch(/^Co-Sell cannot be combined/);
    expect(nextStep).toBe('NEW_START');
  });

  test.each(['', 'Something else went wrong.', 'An internal error; try again', 'This field is requiredly long'])(
    'the unknown text %j names no field and keeps the advice for its code',
    (message) => {
      expect(readFailure(message, [])).toEqual({ advice: null, nextStep: null, fieldErrors: [] });
    },
  );

  test('an unknown text in the form of an entry keeps the advice for its code, and names its field', () => {
    expect(readFailure('INVALID_ENUM_VALUE project.useCase:Not a value', [])).toEqual({
      advice: null,
      nextStep: null,
      fieldErrors: [{ field: 'Project.UseCase', code: 'INVALID_ENUM_VALUE', message: 'Not a value' }],
    });
  });

  test('a field of the start needs a new start, and a field without words has its message', () => {
    expect(readFailure('REQUIRED_FIELD_MISSING awsSubmission.visibility is required', [])).toMatchObject({
      advice: 'AWS requires more than was given. Add what its message names.',
      nextStep: 'NEW_START',
    });
    expect(readFailure('REQUIRED_FIELD_MISSING project.moonPhase is required', [])).toMatchObject({
      nextStep: 'RETRY',
    });
  });

  test("AWS's own list is kept, gains the missing field, and refines the advice", () => {
    const listed = [
      { field: null, code: 'INVALID_VALUE', message: 'Target Close Date should be a future date' },
      { field: 'tags', code: 'TOO_MANY_VALUES', message: 'Too many tags' },
    ];
    expect(readFailure('2 validation errors detected.', listed)).toEqual({
      advice: expect.stringMatching(/each of them as its message says/),
      nextStep: null,
      fieldErrors: [{ ...listed[0], field: 'LifeCycle.TargetCloseDate' }, listed[1]],
    });
    expect(readFailure('Refused.', listed.slice(0, 1)).advice).toMatch(/day after today/);
    expect(readFailure('Refused.', listed.slice(1))).toEqual({
      advice: null,
      nextStep: null,
      fieldErrors: listed.slice(1),
    });
  });

  test('each violation that the simulator reports names a field', () => {
    const messages = SCENARIOS.flatMap(({ phases }) => phases.flatMap(({ message = '' }) => message));
    for (const message of messages.filter((text) => /^[A-Z_]{4,} /.test(text)))
      expect(readFailure(message, []).fieldErrors).toEqual([
        { field: expect.stringMatching(/^[A-Z]/), code: expect.any(String), message: expect.any(String) },
      ]);
  });

  test('any text is read quickly', () => {
    const part = fc.constantFrom('A_CODE', ' ', ':', ';', 'a.b', 'is required', 'cannot be updated', 'x', '\n', '.');
    fc.assert(
      fc.property(fc.array(part, { maxLength: 2000 }), (parts) => {
        const begun = process.cpuUsage();
        const { fieldErrors } = readFailure(parts.join(''), []);
        // The time of the processor, because this process may have to wait for it.
        expect(process.cpuUsage(begun).user).toBeLessThan(1_000_000);
        expect(fieldErrors.length).toBeLessThanOrEqual(50);
      }),
    );
  });
});
