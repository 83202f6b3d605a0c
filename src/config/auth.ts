/** How callers prove who they are. */
import type { Variables } from './variables.js';

export type Auth =
  | { readonly mode: 'none' }
  | { readonly mode: 'jwt'; readonly issuer: string; readonly audience: string; readonly jwksUrl: string | null };

export function authOf({ text, choice, url, isWrong, problems }: Variables): Auth {
  const mode = choice('AUTH', ['none', 'jwt'], 'none');
  const issuer = url('JWT_ISSUER', ['http:', 'https:']);
  const audience = text('JWT_AUDIENCE');
  const jwksUrl = url('JWKS_URL', ['http:', 'https:']);
  if (isWrong('AUTH')) return { mode: 'none' };
  if (mode === 'none') {
    const unused = (['JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS_URL'] as const).filter((name) => text(name) !== null);
    if (unused.length > 0) problems.push(`${unused.join(' and ')} would have no effect, because AUTH is none. Expected AUTH=jwt with it.`);
    return { mode };
  }
  if (issuer === null) problems.push('JWT_ISSUER is not set. AUTH=jwt needs the issuer of the tokens, for example https://login.example.com/.');
  if (audience === null) problems.push('JWT_AUDIENCE is not set. AUTH=jwt needs the audience that the tokens are made for.');
  return { mode, issuer: issuer ?? '', audience: audience ?? '', jwksUrl };
}
