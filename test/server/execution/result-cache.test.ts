import { describe, expect, test } from '@jest/globals';
import { Kind, parse, validate } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { isCacheable } from '../../../src/server/execution/cacheable.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { createTestLog } from '../../support/server/server-log.js';
import { startServer } from '../../support/server/server.js';

/** A log with one event, and the number of reads of its `sequence`. */
function countingLog() {
  const log = createTestLog();
  let reads = 0;
  log.events.push({
    cursor: 'c1',
    text: 'one',
    get sequence() {
      reads += 1;
      return 1;
    },
  });
  return { log, reads: () => reads };
}

async function firstOver(
  url: string,
  payload: { query: string; variables?: unknown; operationName?: string },
): Promise<any> {
  const raw = openRawSocket(url);
  await raw.init();
  raw.send({ id: '"1"', type: 'subscribe', payload });
  const message = await raw.next();
  expect(message).toMatchObject({ id: '"1"', type: 'next' });
  return message.payload;
}

describe('ResultCache', () => {
  test('the result is made once for all subscribers of an operation, over any transport', async () => {
    const { log, reads } = countingLog();
    const { url } = await startServer({ log });
    const params = { query: 'subscription { follow { sequence text } }' };
    const expected = { data: { follow: { sequence: 1, text: 'one' } } };
    for (let subscriber = 0; subscriber < 3; subscriber += 1) expect(await firstOver(url, params)).toEqual(expected);
    const sse = await openSse(url, params);
    await sse.next();
    expect(await sse.next()).toMatchObject({ id: 'c1', data: expected });
    const multipart = await openMultipart(url, params);
    await multipart.next();
    expect(await multipart.next()).toEqual({ payload: expected });
    expect(reads()).toBe(1);
  });

  test('each operation has its own result', async () => {
    const { url } = await startServer({ log: countingLog().log });
    const query = 'subscription A { follow { text } } subscription B { follow { sequence } }';
    expect(await firstOver(url, { query, operationName: 'A' })).toEqual({ data: { follow: { text: 'one' } } });
    expect(await firstOver(url, { query, operationName: 'B' })).toEqual({ data: { follow: { sequence: 1 } } });
    expect(await firstOver(url, { query: 'subscription A { follow { cursor } }' })).toEqual({
      data: { follow: { cursor: 'c1' } },
    });
  });

  test('an event keeps the results of 16 operations, and results of further operations are made each time', async () => {
    const { log, reads } = countingLog();
    const { url } = await startServer({ log });
    const query = (number: number): string => `subscription { follow { a${number}: sequence } }`;
    for (let number = 0; number < 18; number += 1)
      expect(await firstOver(url, { query: query(number) })).toEqual({ data: { follow: { [`a${number}`]: 1 } } });
    expect(reads()).toBe(18);
    for (const number of [0, 15]) await firstOver(url, { query: query(number) });
    expect(reads()).toBe(18);
    for (const number of [16, 17]) await firstOver(url, { query: query(number) });
    expect(reads()).toBe(20);
  });

  test('a result whose fields depend on variables is not shared', async () => {
    const { url } = await startServer({ log: countingLog().log });
    const query = 'subscription($all: Boolean!) { follow { sequence text @include(if: $all) } }';
    expect(await firstOver(url, { query, variables: { all: true } })).toEqual({
      data: { follow: { sequence: 1, text: 'one' } },
    });
    expect(await firstOver(url, { query, variables: { all: false } })).toEqual({ data: { follow: { sequence: 1 } } });
  });

  test('a result with a resolver that may read more than the event is not shared', async () => {
    const { log, reads } = countingLog();
    const { url } = await startServer({ log });
    for (let subscriber = 0; subscriber < 2; subscriber += 1) {
      expect(await firstOver(url, { query: 'subscription { follow { sequence boom } }' })).toMatchObject({
        data: { follow: { sequence: 1, boom: null } },
        errors: [{ message: 'Internal error' }],
      });
    }
    expect(reads()).toBe(2);
  });

  test('many subscribers receive the right result of every event, with more events than the cache keeps', async () => {
    const log = createTestLog();
    const { url } = await startServer({ log });
    const sockets = await Promise.all(
      Array.from({ length: 5 }, async (_, n) => {
        const raw = openRawSocket(url);
        await raw.init();
        raw.send({ id: String(n), type: 'subscribe', payload: { query: 'subscription { follow { sequence } }' } });
        return raw;
      }),
    );
    await until(() => log.following() === 5);
    // There are more events than the log keeps in memory.
    log.append(...Array.from({ length: 600 }, () => 'x'));
    for (const [id, raw] of sockets.entries()) {
      for (let sequence = 1; sequence <= 600; sequence += 1)
        expect(await raw.next()).toEqual({ id: String(id), type: 'next', payload: { data: { follow: { sequence } } } });
    }
  });
});

describe('isCacheable', () => {
  const schema = createSchema();
  const cacheable = (text: string) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    return isCacheable(schema, document, operation);
  };

  test.each([
    'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after) { cursor status task { __typename id tags { key } failure { message } } } }',
    'subscription($filter: TaskFilter) { taskFeed(filter: $filter) { ...T } } fragment T on TaskTransition { task { ... on ExternalTask { targetIdentifier } ...U } } fragment U on Task { id status }',
    'subscription { taskFeed { cursor @include(if: true) } }',
  ])('the result is equal for all subscribers: %s', (text) => {
    expect(cacheable(text)).toBe(true);
  });

  test.each([
    'subscription { taskFeed { task { transitions { nodes { cursor } } } } }',
    'subscription($n: Int) { taskFeed { task { ... on ExternalTask { transitions(first: $n) { nodes { cursor } } } } } }',
    'subscription { taskFeed { ...T } } fragment T on TaskTransition { task { ...U } } fragment U on Task { transitions { nodes { cursor } } }',
    'subscription($all: Boolean!) { taskFeed { cursor message @skip(if: $all) } }',
    'subscription($all: Boolean!) { taskFeed { cursor ... @include(if: $all) { message } } }',
  ])('the result may differ between subscribers: %s', (text) => {
    expect(cacheable(text)).toBe(false);
  });
});
