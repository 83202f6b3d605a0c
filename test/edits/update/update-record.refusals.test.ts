/** The refusals of an edit: wrong values, locks, unknown members, and what AWS refuses. */
import { describe, expect, test } from '@jest/globals';
import { openEditableAws } from '../../support/fakes/editable-aws.js';
import { refusal } from '../../support/fakes/aws-stub.js';

const NEXT_STEPS = { lifeCycle: { nextSteps: 'Sign.' } };

describe('refusals', () => {
  test('the errors of AWS name the paths of the patch', async () => {
    const aws = await openEditableAws();
    aws.fates.push(
      refusal('ValidationException', {
        Message: 'Invalid.',
        Reason: 'BUSINESS_VALIDATION_FAILED',
        ErrorList: [
          { FieldName: 'lifeCycle.targetCloseDate', Code: 'INVALID_VALUE', Message: 'In the past.' },
          {
            FieldName: 'Project.ExpectedCustomerSpend[1].CurrencyCode',
            Code: 'INVALID_ENUM_VALUE',
            Message: 'Unknown.',
          },
          { FieldName: 'identifier', Code: 'ACTION_NOT_PERMITTED', Message: 'Locked.' },
          { FieldName: 'Something', Code: 'INVALID_VALUE', Message: '' },
        ],
      }),
    );
    const outcome = await aws.update({ lifeCycle: { targetCloseDate: '2020-01-01' } });
    expect(outcome.type === 'refused' && outcome.errors.map(({ path, message }) => [path?.join('.'), message])).toEqual(
      [
        ['patch.lifeCycle.targetCloseDate', 'In the past.'],
        ['patch.project.expectedCustomerSpend.1.currencyCode', 'Unknown.'],
        ['identifier', 'Locked.'],
        [undefined, 'Invalid.'],
      ],
    );
    expect(outcome).toMatchObject({
      errors: [{ code: 'VALIDATION_FAILED', awsCode: 'ValidationException' }, {}, {}, {}],
    });
  });

  test('an unknown member that AWS refuses to take back is named', async () => {
    const aws = await openEditableAws({ Brand: { New: 1 } });
    aws.fates.push(
      refusal('ValidationException', {
        Message: 'Invalid.',
        ErrorList: [{ FieldName: 'brand.new', Code: 'ACTION_NOT_PERMITTED', Message: 'Read only.' }],
      }),
    );
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      errors: [{ code: 'UNKNOWN_MEMBER', message: expect.stringContaining('brand.new'), path: null }],
    });
  });

  test('a locked member and an unknown member are refused before a write is spent', async () => {
    const aws = await openEditableAws({
      LifeCycle: { ReviewStatus: 'Approved', Stage: 'Committed' },
      Customer: { Contacts: [{ Email: 'a@b.co', New: 1 }] },
    });
    const patch = {
      project: { title: 'Other', additionalComments: 'Fine.' },
      customer: { contacts: [{ email: 'x@y.co' }] },
    };
    expect(await aws.update(patch)).toMatchObject({
      errors: [
        { code: 'NOT_EDITABLE', path: ['patch', 'project', 'title'] },
        {
          code: 'UNKNOWN_MEMBER',
          path: ['patch', 'customer', 'contacts'],
          message: expect.stringContaining('Customer.Contacts[0].New'),
        },
      ],
    });
    expect(aws.updates).toEqual([]);
    // A locked member with the value that it has is not a change.
    expect(await aws.update({ project: { title: 'A title', additionalComments: 'Fine.' } })).toMatchObject({
      changed: ['project.additionalComments'],
    });
  });

  test('every wrong value is reported, and AWS is not called', async () => {
    const aws = await openEditableAws();
    const patch = {
      customer: { account: { companyName: null, websiteUrl: 'x' }, contacts: [{ email: 'Not an address' }] },
      project: {
        expectedCustomerSpend: [{ amount: '1,5', currencyCode: 'USD', frequency: 'Monthly' }],
        expectedContractDuration: { term: 'Months', value: 145 },
      },
      lifeCycle: { targetCloseDate: 'tomorrow' },
    };
    const outcome = await aws.edits.updateOpportunity(null, {
      catalog: 'SANDBOX',
      identifier: 'X1',
      patch,
      expectedModifiedAt: null,
    });
    expect(outcome.type === 'refused' && outcome.errors.map(({ code, path }) => `${code} ${path?.join('.')}`)).toEqual([
      'INVALID_INPUT identifier',
      'INVALID_INPUT patch.customer.account.companyName',
      'INVALID_INPUT patch.customer.account.websiteUrl',
      'INVALID_INPUT patch.customer.contacts.0.email',
      'INVALID_INPUT patch.project.expectedCustomerSpend.0.targetCompany',
      'INVALID_INPUT patch.project.expectedCustomerSpend.0.amount',
      'INVALID_INPUT patch.project.expectedContractDuration.value',
      'INVALID_INPUT patch.lifeCycle.targetCloseDate',
    ]);
    expect(aws.stub.asked).toEqual([]);
  });

  test.each([
    [refusal('ResourceNotFoundException', { Message: 'No such.' }), 'NOT_FOUND'],
    [{ body: { Id: 'O1', Project: {} } }, 'UPSTREAM_FAILED'],
    [{ body: '<html>' }, 'UPSTREAM_FAILED'],
  ])('a record that cannot be read is not edited: %j', async (answer, code) => {
    const aws = await openEditableAws();
    aws.stub.answers['GetOpportunity'] = () => answer;
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ errors: [{ code, mayBeDone: false }] });
    expect(aws.updates).toEqual([]);
  });
});
