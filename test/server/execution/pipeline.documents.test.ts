/** Documents, variables and operation names: all transports accept and refuse the same, in the same words. */
import { describe, expect } from '@jest/globals';
import { refusedWith, testRules } from '../../support/checks/pipeline-rules.js';

describe('the pipeline', () => {
  testRules([
    {
      rule: 'a valid query is answered',
      params: {
        query: 'query Hi($name: String) { hello(name: $name) }',
        variables: { name: 'x' },
        operationName: 'Hi',
      },
      answer: { data: { hello: 'hello x' } },
    },
    {
      rule: 'a text that is not GraphQL is refused',
      params: { query: '{' },
      answer: refusedWith('GRAPHQL_PARSE_FAILED'),
    },
    {
      rule: 'an unknown field is refused',
      params: { query: '{ nothing }' },
      answer: {
        errors: [
          {
            message: 'Cannot query field "nothing" on type "Query".',
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          },
        ],
      },
    },
    {
      rule: 'an error suggests no field',
      params: { query: '{ helo }' },
      answer: { errors: [{ message: 'Cannot query field "helo" on type "Query".' }] },
    },
    {
      rule: 'an error suggests no argument',
      params: { query: '{ hello(nam: "x") }' },
      answer: { errors: [{ message: 'Unknown argument "nam" on field "Query.hello".' }] },
    },
    {
      rule: 'an error about a variable suggests no enum value',
      params: { query: 'query($c: Color) { color(of: $c) }', variables: { c: 'RE' } },
      answer: {
        errors: [
          {
            message: 'Variable "$c" got invalid value "RE"; Value "RE" does not exist in "Color" enum.',
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    },
    {
      rule: 'an error about a document suggests no enum value',
      params: { query: '{ color(of: RE) }' },
      answer: {
        errors: [
          { message: 'Value "RE" does not exist in "Color" enum.', extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } },
        ],
      },
    },
    {
      rule: 'an error suggests no subfields',
      params: { query: '{ item }' },
      answer: { errors: [{ message: 'Field "item" of type "Item!" must have a selection of subfields.' }] },
    },
    {
      rule: 'an error shows the ends of a long variable',
      params: { query: 'query($c: Color) { color(of: $c) }', variables: { c: 'x'.repeat(5_000) } },
      answer: {
        errors: [
          {
            message: expect.stringMatching(
              /^Variable "\$c" got invalid value "x{1,250} … x{1,250}" does not exist in "Color" enum\.$/,
            ),
            extensions: { code: 'BAD_USER_INPUT' },
          },
        ],
      },
    },
    {
      rule: 'an error shows the ends of a long value',
      params: { query: `{ square(of: "${'x'.repeat(5_000)}") }` },
      answer: {
        errors: [
          {
            message: expect.stringMatching(/^Int cannot represent non-integer value: "x{1,250} … x{1,250}"$/),
            extensions: { code: 'GRAPHQL_VALIDATION_FAILED' },
          },
        ],
      },
    },
    {
      rule: 'a variable of a wrong type is refused',
      params: { query: 'query($of: Int!) { square(of: $of) }', variables: { of: 'x' } },
      answer: refusedWith('BAD_USER_INPUT'),
    },
    {
      rule: 'a null for an argument that must not be null is refused, although the variable has a default',
      params: { query: 'query($of: Int = 1) { square(of: $of) }', variables: { of: null } },
      answer: refusedWith('BAD_USER_INPUT'),
    },
    {
      rule: 'an unknown operation name is refused',
      params: { query: 'query A { hello }', operationName: 'B' },
      answer: refusedWith('OPERATION_RESOLUTION_FAILURE'),
    },
    {
      rule: 'several operations without a name are refused',
      params: { query: 'query A { hello } query B { hello }' },
      answer: refusedWith('OPERATION_RESOLUTION_FAILURE'),
    },
    {
      rule: 'a resume point that is not a text is refused',
      params: { query: 'subscription { follow { text } }', extensions: { resume: { after: 7 } } },
      answer: refusedWith('BAD_USER_INPUT'),
      notBy: ['POST', 'GET'],
    },
  ]);
});
