import { describe, expect, test } from '@jest/globals';
import { createPartner, failureOf } from '../../../support/aws/simulator-client.js';

/** The wrong fields with their codes, from the SDK's error. */
async function errorsOf(call: Promise<unknown>): Promise<readonly string[]> {
  const error = await failureOf(call);
  expect(error).toMatchObject({ name: 'ValidationException', Reason: 'REQUEST_VALIDATION_FAILED' });
  if (!('ErrorList' in error) || !Array.isArray(error.ErrorList)) throw new Error('The error has no ErrorList.');
  return error.ErrorList.map(
    ({ FieldName, Code }: { FieldName: string; Code: string }) => `${FieldName} ${Code}`,
  ).sort();
}

describe('the errors of a wrong request', () => {
  test('a wrong start of an engagement task names every wrong field', async () => {
    const { startEngagement, simulator } = await createPartner();
    const call = startEngagement('O1x', 'two\nlines', {
      Catalog: 'Production' as string,
      // @ts-expect-error the model knows no such values
      AwsSubmission: { InvolvementType: 'Sell', Visibility: 'None' },
      Tags: [
        { Key: 'same', Value: '' },
        { Key: 'same', Value: '!' },
        { Key: '', Value: 'x' },
      ],
    });
    expect(await errorsOf(call)).toEqual([
      'awsSubmission.involvementType INVALID_ENUM_VALUE',
      'awsSubmission.visibility INVALID_ENUM_VALUE',
      'catalog INVALID_ENUM_VALUE',
      'clientToken INVALID_STRING_FORMAT',
      'identifier INVALID_STRING_FORMAT',
      'tags[1].key DUPLICATE_KEY_VALUE',
      'tags[1].value INVALID_STRING_FORMAT',
      'tags[2].key INVALID_STRING_FORMAT',
    ]);
    expect(simulator.tasks()).toEqual([]);
  });

  test('a request without its required fields names them all', async () => {
    const { startEngagement, startOpportunity, listEngagementTasks } = await createPartner();
    const nothing = { Catalog: undefined, ClientToken: '', Identifier: undefined };
    expect(await errorsOf(startEngagement('', '', { ...nothing, AwsSubmission: undefined }))).toEqual([
      'awsSubmission REQUIRED_FIELD_MISSING',
      'catalog REQUIRED_FIELD_MISSING',
      'clientToken INVALID_STRING_FORMAT',
      'identifier REQUIRED_FIELD_MISSING',
    ]);
    expect(await errorsOf(startOpportunity('', '', { ...nothing, ContextIdentifier: undefined }))).toEqual([
      'catalog REQUIRED_FIELD_MISSING',
      'clientToken INVALID_STRING_FORMAT',
      'contextIdentifier REQUIRED_FIELD_MISSING',
      'identifier REQUIRED_FIELD_MISSING',
    ]);
    // @ts-expect-error both members are required
    expect(await errorsOf(listEngagementTasks({ Catalog: undefined, Sort: {} }))).toEqual([
      'catalog REQUIRED_FIELD_MISSING',
      'sort.sortBy REQUIRED_FIELD_MISSING',
      'sort.sortOrder REQUIRED_FIELD_MISSING',
    ]);
  });

  test('a wrong start of an opportunity task names every wrong field', async () => {
    const { startOpportunity } = await createPartner();
    const tags = Array.from({ length: 201 }, (_, index) => ({ Key: `key${index}`, Value: 'x' }));
    expect(
      await errorsOf(startOpportunity('eng-TOOSHORT', 'x'.repeat(256), { ContextIdentifier: '01', Tags: tags })),
    ).toEqual([
      'clientToken INVALID_STRING_FORMAT',
      'contextIdentifier INVALID_STRING_FORMAT',
      'identifier INVALID_STRING_FORMAT',
      'tags TOO_MANY_VALUES',
    ]);
    expect(await errorsOf(startOpportunity('eng-completes00001', 'token', { Tags: [] }))).toEqual([
      'tags NOT_ENOUGH_VALUES',
    ]);
  });

  test('a wrong List names every wrong field', async () => {
    const { listEngagementTasks, listOpportunityTasks } = await createPartner();
    const eleven = (one: string) => Array.from({ length: 11 }, () => one);
    const call = listEngagementTasks({
      MaxResults: 1001,
      NextToken: '',
      // @ts-expect-error the model knows no such values
      Sort: { SortBy: 'Name', SortOrder: 'DOWN' },
      TaskStatus: [],
      TaskIdentifier: eleven('task-0000000000000'),
      OpportunityIdentifier: ['O1', 'arn:aws:x'],
      EngagementIdentifier: ['eng-1'],
    });
    expect(await errorsOf(call)).toEqual([
      'engagementIdentifier[0] INVALID_STRING_FORMAT',
      'maxResults VALUE_OUT_OF_RANGE',
      'nextToken INVALID_STRING_FORMAT',
      'opportunityIdentifier[1] INVALID_STRING_FORMAT',
      'sort.sortBy INVALID_ENUM_VALUE',
      'sort.sortOrder INVALID_ENUM_VALUE',
      'taskIdentifier TOO_MANY_VALUES',
      'taskStatus NOT_ENOUGH_VALUES',
    ]);
    expect(await errorsOf(listOpportunityTasks({ MaxResults: 0, ContextIdentifier: ['0'] }))).toEqual([
      'contextIdentifier[0] INVALID_STRING_FORMAT',
      'maxResults VALUE_OUT_OF_RANGE',
    ]);
  });
});

test('a wrong request about an invitation names every wrong field', async () => {
  const { startAcceptance, listAcceptanceTasks } = await createPartner();
  expect(await errorsOf(startAcceptance('engi-1', '', { Catalog: 'Production' as string, Tags: [] }))).toEqual([
    'catalog INVALID_ENUM_VALUE',
    'clientToken INVALID_STRING_FORMAT',
    'identifier INVALID_STRING_FORMAT',
    'tags NOT_ENOUGH_VALUES',
  ]);
  expect(await errorsOf(startAcceptance(`arn:${'x'.repeat(252)}`, 'token'))).toEqual([
    'identifier INVALID_STRING_FORMAT',
  ]);
  const EngagementInvitationIdentifier = Array.from({ length: 11 }, () => 'engi-completes0001');
  expect(await errorsOf(listAcceptanceTasks({ EngagementInvitationIdentifier, MaxResults: 0 }))).toEqual([
    'engagementInvitationIdentifier TOO_MANY_VALUES',
    'maxResults VALUE_OUT_OF_RANGE',
  ]);
});

describe('the limits of a request', () => {
  test('a request at the limits is accepted', async () => {
    const { startEngagement, listOpportunityTasks } = await createPartner();
    const tags = Array.from({ length: 200 }, (_, index) => ({
      Key: `ключ ${index}`.padEnd(128, '-'),
      Value: '@'.repeat(256),
    }));
    expect((await startEngagement('O1234567890123456789', 'x'.repeat(255), { Tags: tags })).TaskStatus).toBe(
      'IN_PROGRESS',
    );
    const ten = Array.from({ length: 10 }, (_, index) => String(index + 1));
    await expect(
      listOpportunityTasks({
        MaxResults: 1000,
        ContextIdentifier: ten,
        TaskStatus: ['IN_PROGRESS', 'COMPLETE', 'FAILED'],
      }),
    ).resolves.toMatchObject({ TaskSummaries: [] });
  });
});
