/** An authenticator in front of a key set that the test publishes, without a server. */
import { CompactSign, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';
import type { Clock } from '../../../src/runtime/clock.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { createAuthenticator, type AuthOptions, type AuthOutcome } from '../../../src/server/security/auth.js';
import { serve } from '../fakes/issuer.js';
import { createManualClock } from '../fakes/manual-clock.js';
import { closeLater } from '../harness/task-harness.js';

export type Claims = Readonly<Record<string, unknown>>;
export type Pair = { readonly publicKey: CryptoKey; readonly privateKey: CryptoKey };

export const NOW = Date.now();
export const seconds = (ms: number) => Math.floor(ms / 1000);

/** The claims of a token that is accepted. */
export const BASE: Claims = {
  iss: 'https://issuer.example',
  sub: 'alice',
  aud: 'api',
  iat: seconds(NOW),
  exp: seconds(NOW) + 3600,
};

export function newKey(): Promise<Pair> {
  return generateKeyPair('ES256', { extractable: true });
}

export async function jwkOf({ publicKey }: Pair, kid?: string): Promise<JWK> {
  return { ...(await exportJWK(publicKey)), use: 'sig', ...(kid === undefined ? {} : { kid }) };
}

export function signed(claims: Claims, { privateKey }: Pair, kid?: string): Promise<string> {
  return new CompactSign(new TextEncoder().encode(JSON.stringify(claims)))
    .setProtectedHeader({ alg: 'ES256', ...(kid === undefined ? {} : { kid }) })
    .sign(privateKey);
}

/** The issuer publishes the current value of `published`. */
export async function openAuthenticator(
  published: { keys: JWK[] },
  options: Partial<Extract<AuthOptions, { mode: 'jwt' }>> = {},
  realClock: Clock | null = null,
) {
  const clock = createManualClock(NOW);
  const reads = { count: 0 };
  const jwksUrl = await serve((_request, response) => {
    reads.count += 1;
    response.setHeader('content-type', 'application/json').end(JSON.stringify(published));
  });
  const issuer = 'https://issuer.example';
  const authenticator = createAuthenticator(
    { mode: 'jwt', issuer, audience: 'api', jwksUrl, ...options },
    { clock: realClock ?? clock, telemetry: createTelemetry({ level: 'silent' }) },
  );
  closeLater(() => authenticator.close());
  const ask = (token: string) => authenticator.authenticate(`Bearer ${token}`);
  return { clock, reads, ask };
}

/** The rights of the caller, or the status and message of the error. */
export function rightsOf(outcome: AuthOutcome): string {
  if (outcome.kind !== 'caller') return `${outcome.requestError.status}: ${outcome.requestError.errors[0]?.message}`;
  const { reads, starts, records, edits } = outcome.caller;
  const rights = [...(starts ? ['starts'] : []), ...(records ? ['records'] : []), ...(edits ? ['edits'] : [])];
  return [`reads ${reads}`, ...rights].join(', ');
}
