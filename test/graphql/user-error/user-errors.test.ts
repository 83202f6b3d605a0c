import { describe, expect, test } from '@jest/globals';
import { inputPath } from '../../../src/graphql/user-error/user-errors.js';

describe('inputPath', () => {
  test.each([
    ['Identifier', 'identifier'],
    ['identifier', 'identifier'],
    ['/catalog', 'catalog'],
    ['ClientToken', 'clientToken'],
    ['AwsSubmission', 'awsSubmission'],
    ['AwsSubmission.InvolvementType', 'awsSubmission.involvementType'],
    ['awsSubmission.visibility', 'awsSubmission.visibility'],
    ['$.Tags[3].Key', 'tags.3.key'],
    ['tags.1.member.value', 'tags.1.value'],
    ['Tags', 'tags'],
    ['AwsSubmission.Colour', 'awsSubmission'],
    ['Identifier.Something', 'identifier'],
  ])('the field %s of AWS has a path in the input', (awsField, path) => {
    expect(inputPath('ENGAGEMENT_FROM_OPPORTUNITY', awsField, ['input'])).toEqual(['input', ...path.split('.')]);
  });

  test('only a start from an engagement has a contextIdentifier', () => {
    expect(inputPath('OPPORTUNITY_FROM_ENGAGEMENT', 'ContextIdentifier', ['input'])).toEqual([
      'input',
      'contextIdentifier',
    ]);
    expect(inputPath('ENGAGEMENT_FROM_OPPORTUNITY', 'ContextIdentifier', ['input'])).toBeNull();
  });

  test('a start from an invitation has only the common fields', () => {
    expect(inputPath('ENGAGEMENT_BY_ACCEPTING_INVITATION', 'Identifier', ['input'])).toEqual(['input', 'identifier']);
    expect(inputPath('ENGAGEMENT_BY_ACCEPTING_INVITATION', 'Tags[1].Value', ['input'])).toEqual([
      'input',
      'tags',
      '1',
      'value',
    ]);
    expect(inputPath('ENGAGEMENT_BY_ACCEPTING_INVITATION', 'AwsSubmission', ['input'])).toBeNull();
  });

  test('the path begins with the path of the input', () => {
    expect(inputPath('ENGAGEMENT_FROM_OPPORTUNITY', 'Identifier', ['inputs', '3'])).toEqual([
      'inputs',
      '3',
      'identifier',
    ]);
  });

  test.each([null, '', 'Project.Title', 'Opportunity.Identifier', 'constructor', '*'])(
    'a field that the start does not have has no path: %s',
    (awsField) => {
      expect(inputPath('ENGAGEMENT_FROM_OPPORTUNITY', awsField, ['input'])).toBeNull();
    },
  );
});
