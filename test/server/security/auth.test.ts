/** The rights that a token gives on each transport, and the places where it may stand. */
import { describe, expect, test } from '@jest/globals';
import { createIssuer } from '../../support/fakes/issuer.js';
import { ASK } from '../../support/clients/ask.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { WHO, bearer, jwt } from '../../support/server/authentication.js';
import { startServer } from '../../support/server/server.js';

describe.each(Object.keys(ASK))('a token over %s', (transport) => {
  const ask = async (url: string, token: string, params = WHO) => ASK[transport]?.(url, params, bearer(token));

  test('the token names the caller and its rights', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    const expiresAt = Math.floor(Date.now() / 1000) * 1000 + 60_000;
    const token = await issuer.token({ scope: 'other tasks:read:own', catalogs: ['SANDBOX'] }, { expiresAt });
    expect(JSON.parse((await ask(url, token))?.data.whoAmI)).toEqual({
      subject: 'alice',
      reads: 'own',
      starts: false,
      records: false,
      edits: false,
      catalogs: ['SANDBOX'],
      expiresAt,
    });
  });

  test.each([
    [{ scp: 'tasks:start tasks:read' }],
    [{ scp: ['tasks:read', 'tasks:start'] }],
    [{ scope: 'tasks:read tasks:start', scp: 'other' }],
  ])('a token with %j has its scopes', async (claims) => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    expect(JSON.parse((await ask(url, await issuer.token(claims)))?.data.whoAmI)).toMatchObject({
      reads: 'all',
      starts: true,
      records: false,
    });
  });

  test('a token without the scope to read reads nothing, but may introspect', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    const token = await issuer.token({ scope: 'tasks:start' });
    expect(await ask(url, token)).toMatchObject({
      errors: [
        {
          message:
            'The token lacks the scope tasks:read or tasks:read:own. Scopes are the words of its claim "scope", or "scp".',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(
      await ask(url, token, { query: '{ __typename ...F } fragment F on Query { __schema { queryType { name } } }' }),
    ).toMatchObject({ data: { __typename: 'Query' } });
  });
});

describe.each(['POST', 'WebSocket', 'SSE', 'multipart'])('a mutation over %s', (transport) => {
  test('a mutation needs the scope to start or the scope to edit', async () => {
    const issuer = await createIssuer();
    const { url, log } = await startServer(jwt(issuer.url));
    const append = { query: 'mutation { append(text: "x") }' };
    expect(await ASK[transport]?.(url, append, bearer(await issuer.token({ scope: 'tasks:read' })))).toMatchObject({
      errors: [
        {
          message:
            'The token lacks the scope tasks:start or records:write. Scopes are the words of its claim "scope", or "scp".',
          extensions: { code: 'FORBIDDEN' },
        },
      ],
    });
    expect(log.events).toEqual([]);
    for (const [index, scope] of ['tasks:start', 'records:write'].entries())
      expect(await ASK[transport]?.(url, append, bearer(await issuer.token({ scope })))).toEqual({
        data: { append: index + 1 },
      });
  });
});

describe('a token on a WebSocket', () => {
  test.each([
    ['Authorization', (token: string) => ({ Authorization: `Bearer ${token}` })],
    ['authorization', (token: string) => ({ authorization: `bearer ${token}` })],
    ['headers.Authorization', (token: string) => ({ headers: { Authorization: `Bearer ${token}` } })],
    ['authToken', (token: string) => ({ authToken: token })],
    ['token', (token: string) => ({ token })],
  ])('the token may come in connection_init as %s', async (_name, payload) => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    await openRawSocket(url).init(payload(await issuer.token()));
  });

  test('the token may come in the upgrade request, but connection_init takes precedence', async () => {
    const issuer = await createIssuer();
    const { url } = await startServer(jwt(issuer.url));
    await openRawSocket(url, { headers: bearer(await issuer.token()) }).init();
    const raw = openRawSocket(url, { headers: bearer(await issuer.token()) });
    raw.send({ type: 'connection_init', payload: { authorization: 'Bearer x.y.z' } });
    expect((await raw.closed).code).toBe(4403);
  });
});
