/** Conditions (`@skip`, `@include`) are evaluated, refused and reported alike on all transports. */
import { describe, expect } from '@jest/globals';
import { testRules } from '../../support/checks/pipeline-rules.js';

const invalid = (message: RegExp) => ({
  errors: [{ message: expect.stringMatching(message), extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }],
});
const nullCondition = {
  message: 'Argument "if" of non-null type "Boolean!" must not be null.',
  extensions: { code: 'BAD_USER_INPUT' },
};

describe('the pipeline', () => {
  testRules([
    {
      rule: 'a null condition at the root is reported',
      params: { query: 'query($b: Boolean = true) { hello @include(if: $b) }', variables: { b: null } },
      answer: { data: null, errors: [nullCondition] },
    },
    {
      rule: 'a null condition below a field is reported at the field',
      params: { query: 'query($b: Boolean = true) { item { name @skip(if: $b) } }', variables: { b: null } },
      answer: { data: null, errors: [{ ...nullCondition, path: ['item'] }] },
    },
    {
      rule: 'a null condition of a fragment is reported',
      params: {
        query: 'query($b: Boolean = false) { ...F @skip(if: $b) } fragment F on Query { hello }',
        variables: { b: null },
      },
      answer: { data: null, errors: [nullCondition] },
    },
    {
      rule: 'a condition without a value takes its default',
      params: { query: 'query($b: Boolean = false) { hello item { name @include(if: $b) } }' },
      answer: { data: { hello: 'hello world', item: {} } },
    },
    {
      rule: 'a null condition of a mutation is reported',
      params: { query: 'mutation($b: Boolean = true) { append(text: "x") @include(if: $b) }', variables: { b: null } },
      answer: { data: null, errors: [nullCondition] },
      notBy: ['GET'],
    },
    {
      rule: 'a null condition in an event is reported',
      params: {
        query: 'subscription($b: Boolean = true) { flood(kilobytes: 0) { sequence boom @include(if: $b) } }',
        variables: { b: null },
      },
      answer: { data: null, errors: [{ ...nullCondition, path: ['flood'] }] },
      notBy: ['POST', 'GET'],
    },
    {
      rule: 'a condition at the root of a subscription that depends on a variable is refused',
      params: { query: 'subscription($b: Boolean!) { boom @include(if: $b) { text } }', variables: { b: true } },
      answer: invalid(/^A condition at the root of a subscription must not depend on a variable, got "\$b"/),
    },
    {
      rule: 'a condition of a fragment at the root of a subscription that depends on a variable is refused',
      params: {
        query: 'subscription($b: Boolean = true) { ...F @skip(if: $b) } fragment F on Subscription { boom { text } }',
      },
      answer: invalid(/must not depend on a variable, got "\$b"/),
    },
    {
      rule: 'a condition of a subscription without a value is refused',
      params: { query: 'subscription { boom @include { text } }' },
      answer: invalid(/^Argument "if" of required type "Boolean!" was not provided\.$/),
    },
    {
      rule: 'a condition of a subscription with a wrong type is refused',
      params: { query: 'subscription { boom @skip(if: "yes") { text } }' },
      answer: invalid(/^Argument "if" has invalid value "yes"\.$/),
    },
    {
      rule: 'a subscription whose conditions leave no field is refused',
      params: {
        query:
          'subscription { ...F boom @include(if: false) { text } } fragment F on Subscription { ... @skip(if: true) { boom { text } } }',
      },
      answer: invalid(/^A subscription must select one field at its root/),
    },
    {
      rule: 'a subscription whose conditions leave one field is followed',
      params: {
        query: 'subscription { boom @skip(if: true) { text } flood(kilobytes: 0) @include(if: true) { sequence } }',
      },
      answer: { data: { flood: { sequence: 1 } } },
      notBy: ['POST', 'GET'],
    },
  ]);
});
