/**
 * Clients do not deliver the cursor at the begin of a stream to the application, and Apollo Client shows it to links.
 */
import { afterEach, expect, test } from '@jest/globals';
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache, gql } from '@apollo/client';
import { Client, fetchExchange } from '@urql/core';
import { createClient } from 'graphql-sse';
import { tap } from 'rxjs';
import { createInbox } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const BEGINS = 'subscription Begins { begins { text } }';
const FIRST = { data: { begins: { text: 'one' } } };

const stops: (() => void)[] = [];
afterEach(() => {
  for (const stop of stops.splice(0)) stop();
});

test('the first result that graphql-sse delivers has data', async () => {
  const { url, log } = await startServer();
  const results = createInbox<unknown>();
  const client = createClient({ url });
  stops.push(
    client.subscribe({ query: BEGINS }, { next: (result) => results.put(result), error: () => {}, complete: () => {} }),
    () => client.dispose(),
  );
  log.append('one');
  expect(await results.next()).toEqual(FIRST);
});

test('the first result that urql delivers has data', async () => {
  const { url, log } = await startServer();
  const results = createInbox<unknown>();
  const client = new Client({ url, exchanges: [fetchExchange], fetchSubscriptions: true });
  const subscription = client.subscription(BEGINS, {}).subscribe((result) => results.put(result));
  stops.push(() => subscription.unsubscribe());
  log.append('one');
  expect(await results.next()).toMatchObject(FIRST);
});

test('the first result that Apollo Client delivers over multipart has data, and its links have seen the cursor', async () => {
  const { url, log } = await startServer();
  const results = createInbox<unknown>();
  const cursors = createInbox<unknown>();
  const watch = new ApolloLink((operation, forward) =>
    forward(operation).pipe(tap(({ extensions }) => extensions && cursors.put(extensions['cursor']))),
  );
  const client = new ApolloClient({ link: watch.concat(new HttpLink({ uri: url })), cache: new InMemoryCache() });
  const subscription = client.subscribe({ query: gql(BEGINS) }).subscribe((result) => results.put(result));
  stops.push(
    () => subscription.unsubscribe(),
    () => client.stop(),
  );
  expect(await cursors.next()).toBe('c0');
  log.append('one');
  expect(await results.next()).toMatchObject(FIRST);
});
