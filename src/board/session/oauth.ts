/**
 * Signs a person in at the issuer by the authorization code flow with PKCE. Only the proof of the flow is kept while the
 * browser is at the issuer, in the storage of the tab. It is not a token, and is removed at the return.
 */
import * as oauth from 'oauth4webapi';
import { RequestFailed } from '../api/failure.js';
import { replace } from '../parts/route.js';
import { now } from '../parts/time.js';
import type { AccessToken } from './account.js';
import { PAGE, type SignIn } from './config.js';

type Flow = { readonly verifier: string; readonly state: string; readonly place: string };

const FLOW = 'board-sign-in';

/** Leaves the page for the issuer. */
export async function leaveForIssuer({ clientId, scopes, audience, authorizationEndpoint }: SignIn): Promise<void> {
  const flow: Flow = {
    verifier: oauth.generateRandomCodeVerifier(),
    state: oauth.generateRandomState(),
    place: location.hash,
  };
  sessionStorage.setItem(FLOW, JSON.stringify(flow));
  const address = new URL(authorizationEndpoint);
  const parameters = {
    response_type: 'code',
    client_id: clientId,
    redirect_uri: PAGE.href,
    scope: scopes,
    state: flow.state,
    code_challenge: await oauth.calculatePKCECodeChallenge(flow.verifier),
    code_challenge_method: 'S256',
    // Auth0 gives a token for an API only with this. Other issuers ignore it.
    audience,
  };
  for (const [name, value] of Object.entries(parameters)) address.searchParams.set(name, value);
  location.assign(address);
}

/**
 * The token, if the browser has just returned from the issuer. The address is then the one that the person left.
 * @returns null if it has not
 * @throws if the issuer or the person refused
 */
export async function returned(signIn: SignIn): Promise<AccessToken | null> {
  const flow = takeFlow();
  const here = new URL(location.href);
  if (flow === null || !here.searchParams.has('state')) return null;
  replace(`${here.pathname}${flow.place}`);
  const { server, client, options } = partiesOf(signIn);
  const parameters = oauth.validateAuthResponse(server, client, here, flow.state);
  const response = await oauth.authorizationCodeGrantRequest(
    server,
    client,
    oauth.None(),
    parameters,
    PAGE.href,
    flow.verifier,
    options,
  );
  return tokenOf(await oauth.processAuthorizationCodeResponse(server, client, response), signIn, null);
}

async function refreshed(signIn: SignIn, refreshToken: string): Promise<AccessToken> {
  const { server, client, options } = partiesOf(signIn);
  const answer = oauth.refreshTokenGrantRequest(server, client, oauth.None(), refreshToken, options);
  const response = await answer.catch(() => null);
  if (response === null || response.status >= 500) throw new RequestFailed('The issuer does not answer.', null, true);
  return tokenOf(await oauth.processRefreshTokenResponse(server, client, response), signIn, refreshToken);
}

/** @param earlier the refresh token that stays valid if the issuer gives no newer one */
function tokenOf(answer: oauth.TokenEndpointResponse, signIn: SignIn, earlier: string | null): AccessToken {
  const { access_token: value, expires_in: seconds, refresh_token: refreshToken = earlier } = answer;
  return {
    value,
    expiresAt: seconds === undefined ? null : now() + seconds * 1000,
    refresh: refreshToken === null ? null : () => refreshed(signIn, refreshToken),
  };
}

function partiesOf({ issuer, authorizationEndpoint, tokenEndpoint, clientId }: SignIn) {
  return {
    server: { issuer, authorization_endpoint: authorizationEndpoint, token_endpoint: tokenEndpoint },
    client: { client_id: clientId },
    // The operator may run an issuer without TLS on this machine.
    options: { [oauth.allowInsecureRequests]: tokenEndpoint.startsWith('http:') },
  };
}

function takeFlow(): Flow | null {
  const kept = sessionStorage.getItem(FLOW);
  sessionStorage.removeItem(FLOW);
  return kept === null ? null : JSON.parse(kept);
}
