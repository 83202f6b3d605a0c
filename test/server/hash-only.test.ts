import { expect, test } from '@jest/globals';
import { withQuery } from '../../src/server/hash-only.js';

const BY_HASH = { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } };

test.each([
  ['without a query', { id: '1', type: 'subscribe', payload: { variables: { a: '"\n' }, ...BY_HASH } }],
  ['with null for a query', { id: '1', type: 'subscribe', payload: { query: null, ...BY_HASH } }],
])('a message %s but with a hash gets an empty query, and nothing else', (_how, message) => {
  expect(JSON.parse(withQuery(JSON.stringify(message)))).toEqual({ ...message, payload: { ...message.payload, query: '' } });
});

test('names may be written with escapes', () => {
  const text = '{"id":"1","type":"subscribe","payload":{"extensions":{"persisted\\u0051uery":{"version":1}}}}';
  expect(JSON.parse(withQuery(text))).toEqual({ id: '1', type: 'subscribe', payload: { query: '', extensions: { persistedQuery: { version: 1 } } } });
});

test.each([
  '{"id":"1","type":"subscribe","payload":{"query":"{ hello }","extensions":{"persistedQuery":{"version":1}}}}',
  '{"id":"1","type":"subscribe","payload":{"query":"{\\n  hello\\n}"}}',
  '{"id":"1","type":"subscribe","payload":{"query":"{ a }","variables":{"payload":{"extensions":{"persistedQuery":1}}}}}',
  '{"id":"1","type":"subscribe","payload":{"extensions":{"other":"persistedQuery"}}}',
  '{"type":"connection_init","payload":{"persistedQuery":"\\\\"}}',
  '{"type":"ping","payload":null,"persistedQuery":1}',
  '"persistedQuery"',
  '{"persistedQuery',
])('any other message stays as it came: %s', (text) => {
  expect(withQuery(text)).toBe(text);
});
