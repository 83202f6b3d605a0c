/** Proof that the rules find violations: a check that never fails proves nothing. */
import { describe, expect, test } from '@jest/globals';
import { buildSchema, parse } from 'graphql';
import { findViolations } from '../support/checks/schema-rules.js';

const GOOD = `
"""Q"""
type Query {
  """T"""
  thing: Thing
}

"""T"""
type Thing {
  """I"""
  id: ID!
}
`;

function violationsOf(sdl: string): string[] {
  return findViolations(parse(sdl), buildSchema(sdl)).map(({ rule, at }) => `${rule} ${at}`);
}

describe('findViolations', () => {
  test('a schema that follows the rules has no violations', () => {
    expect(violationsOf(GOOD)).toEqual([]);
  });

  test.each([
    ['require-description Thing.id', GOOD.replace('"""I"""', '')],
    ['require-description Query.thing(by:)', GOOD.replace('thing:', 'thing(by: Int):')],
    ['description-style Thing', GOOD.replace('"""T"""\ntype', '"T"\ntype')],
    ['naming-convention thing', GOOD.replaceAll('Thing', 'thing')],
    ['naming-convention Query.Thing', GOOD.replace('thing:', 'Thing:')],
    ['naming-convention Query.getThing', GOOD.replace('thing:', 'getThing:')],
    ['naming-convention ThingType', GOOD.replaceAll('Thing', 'ThingType')],
    ['naming-convention Thing.id', GOOD.replace('type Thing', 'enum Thing').replace('id: ID!', 'id')],
    ['require-deprecation-reason Thing.name', GOOD.replace('id: ID!', 'id: ID!\nname: Int @deprecated')],
    ['no-typename-prefix Thing.thingName', GOOD.replace('id: ID!', 'id: ID!\n"""N"""\nthingName: Int')],
    ['unique-enum-value-names Thing', GOOD.replace('type Thing', 'enum Thing').replace('id: ID!', 'A a')],
    ['strict-id-in-types Thing', GOOD.replace('ID!', 'String!')],
    ['no-unreachable-types Other', `${GOOD} """O""" type Other { """I""" id: ID! }`],
    ['input-name Mutation.make', `${GOOD} type Mutation { make(data: Int): Thing }`],
    [
      'input-name Mutation.make',
      `${GOOD} type Mutation { make(input: OtherInput): Thing } input OtherInput { a: Int }`,
    ],
    ['no-scalar-result-type-on-mutation Mutation.make', `${GOOD} type Mutation { make: Boolean }`],
    ['require-field-of-type-query-in-mutation-result Mutation.make', `${GOOD} type Mutation { make: Thing }`],
    ['require-nullable-result-in-root Query.thing', GOOD.replace('thing: Thing', 'thing: Thing!')],
    ['alphabetize Query', GOOD.replace('thing: Thing', 'thing: Thing\n"""A"""\na: Int')],
    ['relay-connection-types ThingConnection', `${GOOD} type ThingConnection { edges: [Int] pageInfo: Int }`],
    ['relay-connection-types Things', `${GOOD} type Things { edges: [Int] pageInfo: Int }`],
    ['relay-edge-types Thing', `${GOOD} type ThingConnection { edges: [Thing] pageInfo: Int }`],
    [
      'relay-edge-types ThingEdge.node',
      `${GOOD} type ThingConnection { edges: [ThingEdge] } type ThingEdge { cursor: String node: Thing }`,
    ],
    ['relay-page-info PageInfo', `${GOOD} type PageInfo { hasNextPage: Boolean }`],
    [
      'relay-arguments Thing.all',
      `${GOOD.replace('id: ID!', 'all(first: Int): ThingConnection')} type ThingConnection { edges: [Int] }`,
    ],
  ])('a violation is found: %s', (violation, sdl) => {
    expect(violationsOf(sdl)).toContain(violation);
  });
});
