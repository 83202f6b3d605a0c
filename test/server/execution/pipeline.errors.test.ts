/** Errors of resolvers are masked alike on all transports; errors with a code pass. */
import { describe } from '@jest/globals';
import { testRules } from '../../support/checks/pipeline-rules.js';

describe('the pipeline', () => {
  testRules([
    {
      rule: 'an error of a resolver is masked',
      params: { query: '{ boom hello }' },
      answer: {
        data: { boom: null, hello: 'hello world' },
        errors: [{ message: 'Internal error', path: ['boom'], extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
      },
    },
    {
      rule: 'a GraphQLError without a code is masked',
      params: { query: '{ uncoded }' },
      answer: { errors: [{ message: 'Internal error' }] },
    },
    {
      rule: 'an error with a code reaches the client',
      params: { query: '{ refused }' },
      answer: {
        data: { refused: null },
        errors: [{ message: 'not today', path: ['refused'], extensions: { code: 'NOT_TODAY' } }],
      },
    },
    {
      rule: 'an error of a mutation is masked',
      params: { query: 'mutation { boom }' },
      answer: { errors: [{ message: 'Internal error' }] },
      notBy: ['GET'],
    },
    {
      rule: 'an error on subscribing is masked',
      params: { query: 'subscription { boom { text } }' },
      answer: { errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }] },
      notBy: ['POST', 'GET'],
    },
    {
      rule: 'an error with a code on subscribing reaches the client',
      params: { query: 'subscription { refused { text } }' },
      answer: { errors: [{ message: 'not today', extensions: { code: 'NOT_TODAY' } }] },
      notBy: ['POST', 'GET'],
    },
    {
      rule: 'an error in an event is masked',
      params: { query: 'subscription { flood(kilobytes: 0) { sequence boom } }' },
      answer: { data: { flood: { sequence: 1, boom: null } }, errors: [{ message: 'Internal error' }] },
      notBy: ['POST', 'GET'],
    },
  ]);
});
