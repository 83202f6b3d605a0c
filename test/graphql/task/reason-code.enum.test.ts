import { describe, expect, test } from '@jest/globals';
import { ReasonCode } from '@aws-sdk/client-partnercentral-selling';
import { GraphQLEnumType } from 'graphql';
import { reasonCodeName } from '../../../src/graphql/task/reason-code.enum.js';
import { schema } from '../../support/server/run-operation.js';

describe('the enum ReasonCode', () => {
  const type = schema.getType('ReasonCode');
  const values = type instanceof GraphQLEnumType ? type.getValues() : [];

  test('the values are exactly the reasons of the SDK', () => {
    expect(new Set(values.map((value) => value.value))).toEqual(new Set(Object.values(ReasonCode)));
  });

  // The keys of the SDK's constant are an independent conversion of the same spellings.
  test('the names are those of the SDK', () => {
    expect(Object.fromEntries(values.map((value) => [value.name, value.value]))).toEqual(ReasonCode);
  });

  test('a name has its words in capitals, joined by underscores', () => {
    expect(reasonCodeName('ResourceSnapshotJobAccessDenied')).toBe('RESOURCE_SNAPSHOT_JOB_ACCESS_DENIED');
  });
});
