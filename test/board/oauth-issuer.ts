/**
 * An issuer that people sign in at: discovery, the authorization code flow with PKCE, and refresh tokens that are used
 * once. It checks what an issuer checks, and signs its access tokens with the keys of the fake issuer.
 */
import { createHash, randomUUID } from 'node:crypto';
import { text } from 'node:stream/consumers';
import { createIssuer, serve } from '../support/fakes/issuer.js';

export const CLIENT_ID = 'board';

export type OauthIssuer = {
  readonly url: string;
  /** The grants that were given so far: `authorization_code` or `refresh_token`. */
  readonly grants: () => readonly string[];
  /** The parameters of the latest visit of a person. */
  readonly visit: () => URLSearchParams | null;
  /** The next person refuses. */
  refuseNext(): void;
};

export type Tokens = { readonly scope: string; readonly lifetimeMs: number; readonly isRenewable: boolean };

export async function createOauthIssuer({ scope, lifetimeMs, isRenewable }: Tokens): Promise<OauthIssuer> {
  const keys = await createIssuer();
  const codes = new Map<string, { readonly challenge: string | null; readonly redirectUri: string | null }>();
  const refreshTokens = new Set<string>();
  const grants: string[] = [];
  let visit: URLSearchParams | null = null;
  let refuses = false;

  const url = await serve(async (request, response) => {
    const { pathname, searchParams } = new URL(request.url ?? '', 'http://issuer');
    const json = (status: number, body: object) => {
      response.writeHead(status, { 'content-type': 'application/json', 'access-control-allow-origin': '*' });
      response.end(JSON.stringify(body));
    };
    switch (pathname) {
      case '/.well-known/openid-configuration':
        return json(200, {
          issuer: url,
          jwks_uri: keys.jwksUrl,
          authorization_endpoint: `${url}/authorize`,
          token_endpoint: `${url}/token`,
          scopes_supported: ['openid', 'offline_access'],
        });
      case '/authorize': {
        visit = searchParams;
        const back = new URL(searchParams.get('redirect_uri') ?? '');
        back.searchParams.set('state', searchParams.get('state') ?? '');
        if (refuses) back.searchParams.set('error', 'access_denied');
        else {
          const code = randomUUID();
          const redirectUri = searchParams.get('redirect_uri');
          codes.set(code, { challenge: searchParams.get('code_challenge'), redirectUri });
          back.searchParams.set('code', code);
        }
        refuses = false;
        return response.writeHead(302, { location: back.href }).end();
      }
      case '/token': {
        const given = new URLSearchParams(await text(request));
        const grant = given.get('grant_type') ?? '';
        if (given.get('client_id') !== CLIENT_ID || !isGranted(grant, given))
          return json(400, { error: 'invalid_grant' });
        grants.push(grant);
        const refreshToken = randomUUID();
        refreshTokens.add(refreshToken);
        return json(200, {
          token_type: 'Bearer',
          access_token: await keys.token({ scope }, { issuer: url, expiresAt: Date.now() + lifetimeMs }),
          expires_in: lifetimeMs / 1000,
          ...(isRenewable ? { refresh_token: refreshToken } : {}),
        });
      }
      default:
        return json(404, {});
    }
  });

  function isGranted(grant: string, given: URLSearchParams): boolean {
    if (grant === 'refresh_token') return refreshTokens.delete(given.get('refresh_token') ?? '');
    const known = codes.get(given.get('code') ?? '');
    codes.delete(given.get('code') ?? '');
    const challenge = createHash('sha256')
      .update(given.get('code_verifier') ?? '')
      .digest('base64url');
    return known !== undefined && known.challenge === challenge && known.redirectUri === given.get('redirect_uri');
  }

  return {
    url,
    grants: () => grants,
    visit: () => visit,
    refuseNext() {
      refuses = true;
    },
  };
}
