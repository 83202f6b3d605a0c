import { describe, expect, test } from '@jest/globals';
import { Kind, parse, validate } from 'graphql';
import { createSchema } from '../../../src/graphql/schema.js';
import { isShareable } from '../../../src/server/execution/shareable.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { createTestLog } from '../../support/harness/server-log.js';
import { startServer } from '../../support/harness/server.js';

/** A log with one event, and how often its `sequence` has been read. */
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

describe('the result of an event', () => {
  test('is made once for all who run the same operation, over any transport', async () => {
    const { log, reads } = countingLog();
    const { url } = await startServer({ log });
    const params = { query: 'subscription { follow { sequence text } }' };
    const expected = { data: { follow: { sequence: 1, text: 'one' } } };
    for (let reader = 0; reader < 3; reader += 1) expect(await firstOver(url, params)).toEqual(expected);
    const sse = await openSse(url, params);
    await sse.next();
    expect(await sse.next()).toMatchObject({ id: 'c1', data: expected });
    const multipart = await openMultipart(url, params);
    await multipart.next();
    expect(await multipart.next()).toEqual({ payload: expected });
    expect(reads()).toBe(1);
  });

  test("is each operation's own", async () => {
    const { url } = await startServer({ log: countingLog().log });
    const query = 'subscription A { follow { text } } subscription B { follow { sequence } }';
    expect(await firstOver(url, { query, operationName: 'A' })).toEqual({ data: { follow: { text: 'one' } } });
    expect(await firstOver(url, { query, operationName: 'B' })).toEqual({ data: { follow: { sequence: 1 } } });
    expect(await firstOver(url, { query: 'subscription A { follow { cursor } }' })).toEqual({
      data: { follow: { cursor: 'c1' } },
    });
  });

  test('is kept for 16 operations, and made anew for those of further ones', async () => {
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

  test("is the reader's own where variables choose its fields", async () => {
    const { url } = await startServer({ log: countingLog().log });
    const query = 'subscription($all: Boolean!) { follow { sequence text @include(if: $all) } }';
    expect(await firstOver(url, { query, variables: { all: true } })).toEqual({
      data: { follow: { sequence: 1, text: 'one' } },
    });
    expect(await firstOver(url, { query, variables: { all: false } })).toEqual({ data: { follow: { sequence: 1 } } });
  });

  test("is the reader's own where a resolver may look further than the event", async () => {
    const { log, reads } = countingLog();
    const { url } = await startServer({ log });
    for (let reader = 0; reader < 2; reader += 1) {
      expect(await firstOver(url, { query: 'subscription { follow { sequence boom } }' })).toMatchObject({
        data: { follow: { sequence: 1, boom: null } },
        errors: [{ message: 'Internal error' }],
      });
    }
    expect(reads()).toBe(2);
  });

  test('is right for every event of many readers, however many events there are', async () => {
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
    // More than are kept.
    log.append(...Array.from({ length: 600 }, () => 'x'));
    for (const [id, raw] of sockets.entries()) {
      for (let sequence = 1; sequence <= 600; sequence += 1)
        expect(await raw.next()).toEqual({ id: String(id), type: 'next', payload: { data: { follow: { sequence } } } });
    }
  });
});

describe("the gateway's subscriptions", () => {
  const schema = createSchema();
  const sharable = (text: string) => {
    const document = parse(text);
    expect(validate(schema, document)).toEqual([]);
    const [operation] = document.definitions;
    if (operation?.kind !== Kind.OPERATION_DEFINITION) throw new Error('no operation');
    return isShareable(schema, document, operation);
  };

  test.each([
    'subscription($id: ID!, $after: String) { taskTransitions(id: $id, after: $after) { cursor status task { __typename id tags { key } failure { message } } } }',
    'subscription($filter: TaskFilter) { taskFeed(filter: $filter) { ...T } } fragment T on TaskTransition { task { ... on ExternalTask { targetIdentifier } ...U } } fragment U on Task { id status }',
    'subscription { taskFeed { cursor @include(if: true) } }',
  ])('share their results where these are of the event alone: %s', (text) => {
    expect(sharable(text)).toBe(true);
  });

  test.each([
    'subscription { taskFeed { task { transitions { nodes { cursor } } } } }',
    'subscription($n: Int) { taskFeed { task { ... on ExternalTask { transitions(first: $n) { nodes { cursor } } } } } }',
    'subscription { taskFeed { ...T } } fragment T on TaskTransition { task { ...U } } fragment U on Task { transitions { nodes { cursor } } }',
    'subscription($all: Boolean!) { taskFeed { cursor message @skip(if: $all) } }',
    'subscription($all: Boolean!) { taskFeed { cursor ... @include(if: $all) { message } } }',
  ])('do not where they are not: %s', (text) => {
    expect(sharable(text)).toBe(false);
  });
});
