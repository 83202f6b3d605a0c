/** The thirteen probes of graphql-cop (dolevf/graphql-cop, lib/tests), each on every transport that can carry it. */
import { describe, expect, test } from '@jest/globals';
import { ASK } from '../../support/clients/ask.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { openSse } from '../../support/clients/response-streams.js';
import { post, queryString } from '../../support/clients/requests.js';
import { startServer } from '../../support/server/server.js';

const TRANSPORTS = Object.keys(ASK);
const ask = async (
  transport: string,
  query: string,
  options: Parameters<typeof startServer>[0] = { explorer: false },
) => {
  const { url } = await startServer(options);
  return ASK[transport]?.(url, { query });
};

describe.each(TRANSPORTS)('the probes over %s', (transport) => {
  test('alias overloading is refused', async () => {
    const answer = await ask(
      transport,
      `query cop { ${Array.from({ length: 101 }, (_, n) => `alias${n}:__typename`).join(' ')} }`,
    );
    expect(answer?.data).toBeUndefined();
  });

  test('field duplication is refused', async () => {
    const answer = await ask(transport, `query cop { ${'__typename '.repeat(500)} }`);
    expect(answer?.data).toBeUndefined();
  });

  test('directive overloading is not answered directive by directive', async () => {
    const answer = await ask(transport, `query cop { __typename ${'@aa'.repeat(10)} }`);
    expect(answer?.data).toBeUndefined();
    expect(answer?.errors?.length).toBeLessThan(10);
  });

  test('circular introspection is refused even while introspection is on', async () => {
    const circle =
      'query cop { __schema { types { fields { type { fields { type { fields { type { fields { type { name } } } } ' +
      '} } } } } }  }';
    for (const explorer of [true, false]) expect((await ask(transport, circle, { explorer }))?.data).toBeUndefined();
  });

  test('introspection is refused while it is off', async () => {
    expect((await ask(transport, 'query cop { __schema { types { name fields { name } } } }'))?.data).toBeUndefined();
  });

  test('fields are not suggested', async () => {
    expect(
      JSON.stringify(await ask(transport, 'query cop { __schema { directive } }', { explorer: true })),
    ).not.toContain('Did you mean');
  });

  test('traces and debug information are not in the answer', async () => {
    expect((await ask(transport, 'query cop { __typename }'))?.extensions).toBeUndefined();
  });

  test('an unhandled error shows no internals', async () => {
    const answer = JSON.stringify(await ask(transport, 'qwerty cop { abc }'));
    expect(answer).not.toMatch(/stack|exception|\.js/i);
  });
});

describe('the probes that only HTTP can carry', () => {
  const form = { 'content-type': 'application/x-www-form-urlencoded' };

  test.each(['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'arrays of operations are refused (Accept: %s)',
    async (accept) => {
      const { url } = await startServer();
      const response = await post(
        url,
        Array.from({ length: 10 }, () => ({ query: 'query cop { __typename }' })),
        { accept },
      );
      expect(response.status).toBe(400);
      expect(Array.isArray(await response.json())).toBe(false);
    },
  );

  test.each(['application/json', 'multipart/mixed;subscriptionSpec=1.0'])(
    'GET queries of foreign pages are refused without a preflight (Accept: %s)',
    async (accept) => {
      const { url } = await startServer();
      for (const foreign of [{ 'sec-fetch-site': 'cross-site' }, { origin: 'https://evil.example' }]) {
        const target = `${url}?${queryString({ query: 'query cop { __typename }' })}`;
        expect((await fetch(target, { headers: { accept, ...foreign } })).status).toBe(400);
      }
    },
  );

  test.each(['application/json', 'text/event-stream', 'multipart/mixed;subscriptionSpec=1.0'])(
    'urlencoded POSTs are refused (Accept: %s)',
    async (accept) => {
      const { url } = await startServer();
      expect(
        (
          await fetch(url, {
            method: 'POST',
            headers: { ...form, accept },
            body: queryString({ query: 'query cop { __typename }' }),
          })
        ).status,
      ).toBe(415);
    },
  );

  test('mutations by GET are refused', async () => {
    const { url } = await startServer();
    expect(
      (
        await fetch(`${url}?${queryString({ query: 'mutation cop { __typename }' })}`, {
          headers: { 'apollo-require-preflight': '1' },
        })
      ).status,
    ).toBe(405);
    expect(
      (await openSse(`${url}?${queryString({ query: 'mutation cop { __typename }' })}`, null)).response.status,
    ).toBe(405);
  });

  test('no address has a page for browsers while the explorer is off', async () => {
    const { url } = await startServer({ explorer: false });
    for (const path of ['/graphql', '/graphiql', '/playground', '/console']) {
      const response = await fetch(url.replace('/graphql', path), { headers: { accept: 'text/html' } });
      expect(response.status).toBeGreaterThanOrEqual(400);
      expect(response.headers.get('content-type')).toContain('application/json');
    }
  });

  test('an array closes a WebSocket, because it is not a message', async () => {
    const { url } = await startServer();
    const raw = openRawSocket(url);
    await raw.init();
    raw.send([{ id: '1', type: 'subscribe', payload: { query: '{ hello }' } }]);
    expect((await raw.closed).code).toBe(4400);
  });
});
