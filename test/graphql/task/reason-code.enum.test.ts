import { describe, expect, test } from '@jest/globals';
import { ReasonCode } from '@aws-sdk/client-partnercentral-selling';
import { GraphQLEnumType } from 'graphql';
import { reasonCodeName } from '../../../src/graphql/task/reason-code.enum.js';
import { schema } from '../../support/harness/run-operation.js';

describe('the enum ReasonCode', () => {
  const type = schema.getType('ReasonCode');
  const values = type instanceof GraphQLEnumType ? type.getValues() : [];

  test('has exactly the reasons that the SDK knows', () => {
    expect(new Set(values.map((value) => value.value))).toEqual(new Set(Object.values(ReasonCode)));
  });

  // The SDK's own constant has the same names as keys, made from the same spellings by somebody else.
  test('names them as the SDK does', () => {
    expect(Object.fromEntries(values.map((value) => [value.name, value.value]))).toEqual(ReasonCode);
  });

  test('is named in capitals, word by word', () => {
    expect(reasonCodeName('ResourceSnapshotJobAccessDenied')).toBe('RESOURCE_SNAPSHOT_JOB_ACCESS_DENIED');
  });
});
