/** urql with its default settings, by which it sends short queries by GET. */
import { afterEach, expect, test } from '@jest/globals';
import { Client, fetchExchange, type OperationResult } from '@urql/core';
import { createInbox } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

test('the default settings of urql run queries by GET, mutations by POST and subscriptions over SSE', async () => {
  const { url, log } = await startServer();
  const methods: (string | undefined)[] = [];
  const client = new Client({
    url,
    exchanges: [fetchExchange],
    fetchSubscriptions: true,
    fetch: async (input, init) => {
      methods.push(init?.method);
      return fetch(input, init);
    },
  });
  expect((await client.query('query Hello($name: String) { hello(name: $name) }', { name: 'urql' })).data).toEqual({
    hello: 'hello urql',
  });
  expect((await client.mutation('mutation { append(text: "one") }', {})).data).toEqual({ append: 1 });
  const results = createInbox<OperationResult>();
  const subscription = client
    .subscription('subscription { follow { text } }', {})
    .subscribe((result) => results.put(result));
  stops.push(() => subscription.unsubscribe());
  expect(await results.next()).toMatchObject({ data: { follow: { text: 'one' } } });
  log.append('two');
  expect(await results.next()).toMatchObject({ data: { follow: { text: 'two' } } });
  expect(methods).toEqual(['GET', 'POST', 'POST']);
});

test('urql on a page of a foreign origin gets an error that says what to set', async () => {
  const { url } = await startServer();
  const foreign: typeof fetch = async (input, init) =>
    fetch(input, { ...init, headers: { ...Object(init?.headers), origin: 'https://foreign.example' } });
  const client = new Client({ url, exchanges: [fetchExchange], fetch: foreign });
  const { error } = await client.query('{ hello }', {});
  expect(error?.message).toContain('urql: preferGetMethod: false');
  expect(error?.message).toContain('CORS_ORIGINS');
});
