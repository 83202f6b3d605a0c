/** Subscriptions over HTTP: both framings, heartbeats, clients that leave, and resume points. */
import { describe, expect, test } from '@jest/globals';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { post, queryString } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';
import { SECRET } from '../../support/server/server-schema.js';
import { createTestLog } from '../../support/server/server-log.js';
import { startServer } from '../../support/server/server.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const FOLLOW = { query: 'subscription { follow { text } }' };

describe('Server-Sent Events', () => {
  test('an SSE stream sends events with their cursor as id, then complete', async () => {
    const { url, log } = await startServer();
    const stream = await openSse(url, FOLLOW);
    expect(stream.response.status).toBe(200);
    expect(stream.response.headers.get('content-type')).toBe('text/event-stream; charset=utf-8');
    expect(await stream.next()).toMatchObject({ comment: true });
    log.append('one');
    expect(await stream.next()).toMatchObject({ event: 'next', id: 'c1', data: { data: { follow: { text: 'one' } } } });
    log.append('END');
    expect(await stream.next()).toMatchObject({ event: 'next', id: 'c2' });
    // The event has a `data` line, because an EventSource ignores an event without one.
    expect(await stream.next()).toMatchObject({ event: 'complete', data: '' });
    expect(await stream.next()).toBeUndefined();
  });

  test('an SSE stream that knows where it begins says so in an event without data, which clients do not deliver', async () => {
    const { url, log } = await startServer();
    const stream = await openSse(url, { query: 'subscription { begins { text } }' });
    expect(await stream.next()).toMatchObject({ comment: true });
    expect(await stream.next()).toEqual({ event: '', id: 'c0', data: undefined, comment: false, retry: undefined });
    log.append('one');
    expect(await stream.next()).toMatchObject({ event: 'next', id: 'c1' });
  });

  test('a GET opens an SSE stream for pages of the own origin and of allowed origins only', async () => {
    const { url, log } = await startServer({ corsOrigins: ['https://studio.apollographql.com'] });
    log.append('one');
    const open = async (headers: Record<string, string>) => openSse(`${url}?${queryString(FOLLOW)}`, null, headers);
    const own = await open({ 'sec-fetch-site': 'same-origin' });
    await own.next();
    expect(await own.next()).toMatchObject({ event: 'next', id: 'c1' });
    expect((await open({ origin: 'https://studio.apollographql.com' })).response.status).toBe(200);
    expect((await open({ origin: 'https://evil.example' })).response.status).toBe(400);
    expect((await open({ 'sec-fetch-site': 'cross-site' })).response.status).toBe(400);
  });

  test('queries, mutations and errors come as events if the client accepts nothing else', async () => {
    const { url } = await startServer();
    for (const [query, expected] of [
      ['{ hello }', { data: { hello: 'hello world' } }],
      ['mutation { append(text: "x") }', { data: { append: 1 } }],
      ['{ nothing }', { errors: [{ extensions: { code: 'GRAPHQL_VALIDATION_FAILED' } }] }],
    ] as const) {
      const stream = await openSse(url, { query });
      await stream.next();
      expect((await stream.next())?.data).toMatchObject(expected);
      expect(await stream.next()).toMatchObject({ event: 'complete' });
    }
  });

  test('a client that accepts JSON and SSE gets queries as JSON and subscriptions as SSE', async () => {
    const { url, log } = await startServer();
    log.append('END');
    // The Accept header of urql.
    const accept =
      'application/graphql-response+json, application/graphql+json, application/json, text/event-stream, ' +
      'multipart/mixed';
    expect((await openSse(url, { query: '{ hello }' }, { accept })).response.headers.get('content-type')).toContain(
      'application/graphql-response+json',
    );
    expect((await openSse(url, FOLLOW, { accept })).response.headers.get('content-type')).toContain(
      'text/event-stream',
    );
  });

  test('an SSE stream ends with a masked error if its source fails', async () => {
    const { url, lines } = await startServer();
    const stream = await openSse(url, { query: 'subscription { breaks { text } }' });
    await stream.next();
    expect(await stream.next()).toMatchObject({ id: 'c1' });
    expect((await stream.next())?.data).toEqual({
      errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(await stream.next()).toMatchObject({ event: 'complete' });
    expect(lines.filter((line) => line['msg'] === 'unexpected error')).toHaveLength(1);
    expect(JSON.stringify(lines)).toContain(SECRET);
  });
});

describe("Apollo's multipart protocol", () => {
  test('a multipart stream begins with an empty part, wraps payloads, and ends with the closing boundary', async () => {
    const { url, log } = await startServer();
    const stream = await openMultipart(url, FOLLOW);
    expect(stream.response.headers.get('content-type')).toBe('multipart/mixed; boundary=graphql; subscriptionSpec=1.0');
    expect(await stream.next()).toEqual({});
    log.append('one');
    expect(await stream.next()).toEqual({ payload: { data: { follow: { text: 'one' } } } });
    log.append('END');
    expect(await stream.next()).toEqual({ payload: { data: { follow: { text: 'END' } } } });
    expect(await stream.next()).toBe('closing boundary');
    expect(await stream.next()).toBeUndefined();
  });

  test('a multipart stream that knows where it begins says so in an empty payload with extensions', async () => {
    const { url, log } = await startServer();
    const stream = await openMultipart(url, { query: 'subscription { begins { text } }' });
    expect(await stream.next()).toEqual({});
    expect(await stream.next()).toEqual({ payload: { extensions: { cursor: 'c0' } } });
    log.append('one');
    expect(await stream.next()).toEqual({ payload: { data: { begins: { text: 'one' } } } });
  });

  test('an error that ends a multipart stream comes at the top level beside a null payload', async () => {
    const { url } = await startServer();
    const stream = await openMultipart(url, { query: 'subscription { breaks { text } }' });
    expect(await stream.next()).toEqual({});
    expect(await stream.next()).toMatchObject({ payload: { data: { breaks: { text: 'one' } } } });
    expect(await stream.next()).toEqual({
      payload: null,
      errors: [{ message: 'Internal error', extensions: { code: 'INTERNAL_SERVER_ERROR' } }],
    });
    expect(await stream.next()).toBe('closing boundary');
  });

  test('a client that also accepts JSON gets the errors of an invalid operation as JSON', async () => {
    const { url } = await startServer();
    // The Accept header of Apollo Client, Apollo Kotlin and Apollo iOS for subscriptions.
    const accept =
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0, application/graphql-response+json, ' +
      'application/json;q=0.9';
    const stream = await openMultipart(url, { query: 'subscription { nothing }' }, { accept });
    expect(stream.response.status).toBe(400);
    expect(stream.response.headers.get('content-type')).toContain('application/graphql-response+json');
  });
});

describe.each(['SSE', 'multipart'])('a stream over %s', (transport) => {
  const open = async (url: string, params: { query: string }, headers: Record<string, string> = {}) =>
    transport === 'SSE' ? openSse(url, params, headers) : openMultipart(url, params, headers);

  test('an idle stream sends heartbeats, also after the clock was set back', async () => {
    const clock = createManualClock();
    const { url } = await startServer({ clock });
    const stream = await open(url, FOLLOW);
    const opening = await stream.next();
    await clock.whenAsleep();
    clock.jump(-3_600_000);
    await clock.advance(12_250);
    expect(await stream.next()).toEqual(opening);
  });

  test('the stream releases its source when the client leaves', async () => {
    const { url, log, metric } = await startServer();
    const stream = await open(url, FOLLOW);
    await stream.next();
    expect(log.following()).toBe(1);
    expect(await metric('gateway_subscriptions_open', { transport: transport.toLowerCase() })).toBe(1);
    stream.abort();
    await until(() => log.following() === 0);
    await until(
      async () =>
        (await metric('gateway_subscription_ends_total', { transport: transport.toLowerCase(), reason: 'client' })) ===
        1,
    );
    expect(await metric('gateway_subscriptions_open', { transport: transport.toLowerCase() })).toBe(0);
    expect(await metric('gateway_connections_open', { transport: transport.toLowerCase() })).toBe(0);
  });

  test('the stream releases its source when the client leaves before the source is open', async () => {
    const { url, log, lines, finishSlow } = await startServer();
    const gone = new AbortController();
    const accept = transport === 'SSE' ? 'text/event-stream' : 'multipart/mixed;subscriptionSpec=1.0';
    const asked = fetch(url, {
      method: 'POST',
      signal: gone.signal,
      headers: { 'content-type': 'application/json', accept },
      body: JSON.stringify({ query: 'subscription { slow { text } }' }),
    });
    // The answer to a later request shows that the first request waits for its source.
    await post(url, { query: '{ hello }' });
    gone.abort();
    await expect(asked).rejects.toThrow();
    await until(async () => (await post(url, { query: '{ hello }' })).ok);
    finishSlow();
    await until(() => lines.some((line) => line['type'] === 'subscription'));
    await until(() => log.following() === 0);
  });

  test('a request without a JSON body and without a preflight opens no stream', async () => {
    const { url } = await startServer();
    const response = await fetch(url, {
      method: 'POST',
      headers: { accept: transport === 'SSE' ? 'text/event-stream' : 'multipart/mixed;subscriptionSpec=1.0' },
    });
    expect(response.status).toBe(400);
  });
});

describe('a resume point', () => {
  const log = () => {
    const filled = createTestLog();
    filled.append('one', 'two', 'three', 'END');
    return filled;
  };
  const texts = async (stream: { next(): Promise<any> }) => {
    const found: string[] = [];
    for (let message = await stream.next(); message !== undefined; message = await stream.next()) {
      const text = (message.data?.data ?? message.payload?.data)?.follow?.text;
      if (text !== undefined) found.push(text);
    }
    return found;
  };

  test('the header Last-Event-ID gives the resume point', async () => {
    const { url, metric } = await startServer({ log: log() });
    expect(await texts(await openSse(url, FOLLOW, { 'last-event-id': 'c2' }))).toEqual(['three', 'END']);
    expect(await metric('gateway_resumes_total', { transport: 'sse', outcome: 'resumed' })).toBe(1);
  });

  test('extensions.resume.after takes precedence over Last-Event-ID and over the argument', async () => {
    const { url } = await startServer({ log: log() });
    const params = { query: 'subscription { follow(after: "c1") { text } }', extensions: { resume: { after: 'c3' } } };
    expect(await texts(await openSse(url, params, { 'last-event-id': 'c1' }))).toEqual(['END']);
    expect(await texts(await openMultipart(url, params))).toEqual(['END']);
  });

  test('an invalid resume point is refused with an error and no events', async () => {
    const { url, metric } = await startServer({ log: log() });
    const stream = await openSse(url, FOLLOW, { 'last-event-id': 'nonsense' });
    await stream.next();
    expect((await stream.next())?.data).toMatchObject({ errors: [{ extensions: { code: 'BAD_CURSOR' } }] });
    expect(await metric('gateway_resumes_total', { outcome: 'refused' })).toBe(1);
  });

  test('an empty Last-Event-ID is not a resume point', async () => {
    const { url } = await startServer({ log: log() });
    expect(await texts(await openSse(url, FOLLOW, { 'last-event-id': '' }))).toEqual(['one', 'two', 'three', 'END']);
  });
});
