/** The response types and protocols that an Accept header chooses. */
import { describe, expect, test } from '@jest/globals';
import { jsonTypeFor, parseAccept, prefersHtml, streamingFor } from '../../../src/server/http/negotiation.js';
import { bytesLeftByEach } from '../../support/checks/heap.js';

describe('parseAccept', () => {
  test.each([
    [undefined, null, 'application/json'],
    ['*/*', null, 'application/json'],
    ['application/graphql-response+json, application/json', null, 'application/graphql-response+json'],
    ['application/graphql-response+json;q=0.5, application/json', null, 'application/json'],
    ['application/json;q=0, application/graphql-response+json', null, 'application/graphql-response+json'],
    ['text/event-stream', { transport: 'sse', only: true }, null],
    ['text/event-stream, application/json', { transport: 'sse', only: false }, 'application/json'],
    ['multipart/mixed;subscriptionSpec="1.0"', { transport: 'multipart', only: true }, null],
    [
      'multipart/mixed;boundary=graphql;subscriptionSpec=1.0,application/graphql-response+json,application/json',
      { transport: 'multipart', only: false },
      'application/graphql-response+json',
    ],
    ['multipart/mixed;subscriptionSpec=1.0;q=0.1, text/event-stream;q=0.2', { transport: 'sse', only: true }, null],
    ['multipart/mixed;deferSpec=20220824, application/json', null, 'application/json'],
    ['image/png', null, null],
  ])('the header %s chooses streaming and JSON', (header, streaming, json) => {
    const ranges = parseAccept(header);
    expect(streamingFor(ranges)).toEqual(streaming);
    expect(jsonTypeFor(ranges)?.replace('; charset=utf-8', '') ?? null).toBe(json);
  });

  test('a header longer than those of clients stays in no cache', async () => {
    const left = await bytesLeftByEach((round) => parseAccept(`${'a,'.repeat(7000)}${round}`), 50);
    expect(left).toBeLessThan(50_000);
  });

  test('the header of a browser prefers the page', () => {
    expect(prefersHtml(parseAccept('text/html,application/xhtml+xml,*/*;q=0.8'))).toBe(true);
    expect(prefersHtml(parseAccept('application/json, text/html'))).toBe(false);
    expect(prefersHtml(parseAccept('*/*'))).toBe(false);
  });
});
