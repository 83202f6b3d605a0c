/** Operation ids: each use of a client's id gets a new name on the way in, and the client's id on the way out. */
import { describe, expect, test } from '@jest/globals';
import { OperationIds } from '../../../src/server/websocket/operation-ids.js';

const subscribe = (id: string, payload: object = { query: '{ hello }' }) =>
  JSON.stringify({ id, type: 'subscribe', payload });
const complete = (id: string) => JSON.stringify({ id, type: 'complete' });
const nameIn = (text: string): string => JSON.parse(text).id;

describe('OperationIds', () => {
  test('each use of an id gets a new name, and outgoing messages carry the id of the client', () => {
    const operations = new OperationIds();
    const first = nameIn(operations.incoming(subscribe('a "name"')));
    operations.incoming(complete('a "name"'));
    const second = nameIn(operations.incoming(subscribe('a "name"')));
    expect(second).not.toBe(first);
    expect(operations.idOf(second)).toBe('a "name"');
    expect(operations.outgoing(`{"id":"${second}","type":"next","payload":{"data":{"id":"1"}}}`)).toBe(
      '{"id":"a \\"name\\"","type":"next","payload":{"data":{"id":"1"}}}',
    );
  });

  test('an operation that its client has completed sends no further message', () => {
    const operations = new OperationIds();
    const first = nameIn(operations.incoming(subscribe('1')));
    operations.incoming(complete('1'));
    operations.incoming(subscribe('1'));
    for (const type of ['next', 'error', 'complete'])
      expect(operations.outgoing(`{"id":"${first}","type":"${type}"}`)).toBeNull();
  });

  test('a running operation keeps its name when its id is used again, so that graphql-ws refuses the second use', () => {
    const operations = new OperationIds();
    expect(nameIn(operations.incoming(subscribe('1')))).toBe(nameIn(operations.incoming(subscribe('1'))));
  });

  test.each(['error', 'complete'])('an operation ends with an outgoing %s', (type) => {
    const operations = new OperationIds();
    const name = nameIn(operations.incoming(subscribe('1')));
    operations.outgoing(`{"id":"${name}","type":"${type}"}`);
    expect(operations.idOf(name)).toBeNull();
  });

  test('an operation owes an answer until it has ended, is dropped, is completed by its client or is a stream', () => {
    const operations = new OperationIds();
    expect(operations.owesAnswer).toBe(false);
    const name = nameIn(operations.incoming(subscribe('1')));
    operations.outgoing(`{"id":"${name}","type":"next"}`);
    expect(operations.owesAnswer).toBe(true);
    operations.outgoing(`{"id":"${name}","type":"complete"}`);
    expect(operations.owesAnswer).toBe(false);
    for (const end of [
      () => operations.drop('2'),
      () => operations.incoming(complete('2')),
      () => operations.streams('2'),
    ]) {
      operations.incoming(subscribe('2'));
      expect(operations.owesAnswer).toBe(true);
      end();
      expect(operations.owesAnswer).toBe(false);
    }
  });
});

const BY_HASH = { extensions: { persistedQuery: { version: 1, sha256Hash: 'abc' } } };

test.each([
  ['without a query', { variables: { a: '"\n' }, ...BY_HASH }],
  ['with null for a query', { query: null, ...BY_HASH }],
])('an operation %s but with a hash gets an empty query and no other change', (_how, payload) => {
  expect(JSON.parse(new OperationIds().incoming(subscribe('x', payload)))).toEqual({
    id: '1',
    type: 'subscribe',
    payload: { ...payload, query: '' },
  });
});

test.each([
  { query: '{ a }', ...BY_HASH },
  { query: '{\n  hello\n}' },
  { extensions: { other: 'persistedQuery' } },
  { query: '{ a }', variables: { payload: BY_HASH } },
])('the payload %j is unchanged', (payload) => {
  expect(JSON.parse(new OperationIds().incoming(subscribe('x', payload))).payload).toEqual(payload);
});

test.each([
  '{"type":"connection_init","payload":{"id":"1"}}',
  '{"id":"1","type":"ping"}',
  '{"id":1,"type":"subscribe","payload":{"query":"{ a }"}}',
  '{"id":"","type":"complete"}',
  '"text"',
  '{"id"',
])('a message that belongs to no operation is unchanged: %s', (text) => {
  expect(new OperationIds().incoming(text)).toBe(text);
});

test('the answer to a ping is unchanged', () => {
  const pong = '{"type":"pong","payload":{"id":"1","type":"next"}}';
  expect(new OperationIds().outgoing(pong)).toBe(pong);
});
