/** Introspection is answered or refused alike on all transports. */
import { describe } from '@jest/globals';
import { getIntrospectionQuery } from 'graphql';
import { refusedWith, testRules } from '../../support/checks/pipeline-rules.js';

describe('the pipeline', () => {
  testRules([
    {
      rule: 'the standard introspection query is answered while introspection is on',
      params: {
        query: getIntrospectionQuery({
          descriptions: true,
          oneOf: true,
          specifiedByUrl: true,
          inputValueDeprecation: true,
          schemaDescription: true,
          directiveIsRepeatable: true,
        }),
      },
      answer: { data: { __schema: {} } },
    },
    {
      rule: 'a cycle in introspection is refused',
      params: {
        query: '{ __schema { types { fields { type { fields { type { fields { type { fields { name } } } } } } } } } }',
      },
      answer: refusedWith('GRAPHQL_VALIDATION_FAILED'),
    },
    {
      rule: 'introspection is refused while it is off',
      params: { query: getIntrospectionQuery() },
      answer: refusedWith('INTROSPECTION_DISABLED'),
      options: { explorer: false },
    },
    {
      rule: '`__type` is refused while introspection is off',
      params: { query: '{ ...F } fragment F on Query { __type(name: "Item") { name } }' },
      answer: refusedWith('INTROSPECTION_DISABLED'),
      options: { explorer: false },
    },
    {
      rule: '`__typename` is answered while introspection is off',
      params: { query: '{ __typename }' },
      answer: { data: { __typename: 'Query' } },
      options: { explorer: false },
    },
  ]);
});
