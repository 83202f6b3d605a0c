/** The variables of a proxy, which have no effect. */
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';

type Env = Readonly<Record<string, string | undefined>>;

const JWT = { AUTH: 'jwt', JWT_ISSUER: 'https://login.example.com/', JWT_AUDIENCE: 'gateway' };

describe('the variables of a proxy', () => {
  const ignoredIn = (env: Env) => {
    const parsed = parseConfig(env);
    return parsed.type === 'ok' ? parsed.ignored : null;
  };
  const sentence = (name: string, called: string) =>
    `${name} has no effect: the gateway calls ${called} directly. src/worker/README.md, Outgoing proxies, says what to do.`;

  test.each(['HTTPS_PROXY', 'https_proxy', 'HTTP_PROXY', 'http_proxy', 'ALL_PROXY', 'all_proxy'])(
    '%s is reported to have no effect, without its address',
    (name) => {
      const proxy = { [name]: 'http://u:hidden@proxy:3128' };
      expect(ignoredIn({ ...proxy, UPSTREAM: 'aws' })).toEqual([sentence(name, 'Partner Central')]);
      expect(ignoredIn({ ...proxy, ...JWT })).toEqual([sentence(name, 'the issuer of tokens')]);
      expect(ignoredIn({ ...proxy, ...JWT, PARTNER_CENTRAL_ENDPOINT: 'https://x.example' })).toEqual([
        sentence(name, 'Partner Central and the issuer of tokens'),
      ]);
    },
  );

  test('a proxy is not reported when the gateway calls no service outside, or when it has no address', () => {
    expect(ignoredIn({ HTTPS_PROXY: 'http://proxy:3128' })).toEqual([]);
    expect(ignoredIn({ UPSTREAM: 'aws', HTTPS_PROXY: ' ', NO_PROXY: '*' })).toEqual([]);
  });
});
