/** Tokens made to cost time, memory or the stack are refused, and cause no error in the log. */
import { describe, expect, test } from '@jest/globals';
import { AUDIENCE, createIssuer } from '../../support/fakes/issuer.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { post } from '../../support/clients/requests.js';
import { WARNING, WHO, bearer, deepList, jwt } from '../../support/server/authentication.js';
import { startServer } from '../../support/server/server.js';

describe('createAuthenticator', () => {
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  const head = encoded('{"alg":"ES256","kid":"key-1"}');
  const tokens: [what: string, token: string][] = [
    ['is as long as a message may be', `${head}.${'a'.repeat(100_000)}.${'a'.repeat(100_000)}`],
    ['has a deep header', `${encoded(`{"alg":"ES256","kid":"key-1","x":${deepList(5000)}}`)}.e30.AA`],
    ['has a deep payload', `${head}.${encoded(deepList(5000))}.AA`],
    [
      'has a thousand critical headers',
      `${encoded(`{"alg":"ES256","kid":"key-1","crit":[${Array.from({ length: 1000 }, (_, index) => `"c${index}"`).join()}]}`)}.e30.AA`,
    ],
    ['consists of dots', '.'.repeat(200_000)],
    ['consists of spaces', `${' '.repeat(200_000)}x`],
  ];

  test.each(tokens)('a token that %s is refused on a WebSocket', async (_what, token) => {
    const issuer = await createIssuer();
    const server = await startServer(jwt(issuer.url));
    const raw = openRawSocket(server.url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    expect((await raw.closed).code).toBe(4403);
    expect(server.lines.filter(({ level }) => Number(level) > WARNING)).toEqual([]);
  });

  test.each(['scope', 'sub', 'aud', 'catalogs', 'other'])(
    'a signed token with a deeply nested claim "%s" is refused if the gateway reads the claim',
    async (claim) => {
      const issuer = await createIssuer();
      const server = await startServer(jwt(issuer.url));
      const claims = {
        iss: JSON.stringify(issuer.url),
        aud: JSON.stringify(AUDIENCE),
        sub: '"alice"',
        scope: '"tasks:read"',
        exp: String(Math.floor(Date.now() / 1000) + 60),
        [claim]: deepList(4000),
      };
      const signed = await issuer.sign(
        `{${Object.entries(claims)
          .map(([name, json]) => `"${name}":${json}`)
          .join()}}`,
      );
      expect((await post(server.url, WHO, bearer(signed))).status).toBe(claim === 'other' ? 200 : 401);
    },
  );
});
