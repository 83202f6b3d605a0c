/** Reads the settings of authentication. */
import { SETTINGS } from './settings.js';
import type { Variables } from './variables.js';

export type Auth =
  | { readonly mode: 'none' }
  | {
      readonly mode: 'jwt';
      readonly issuer: string;
      readonly audience: readonly string[];
      readonly jwksUrl: string | null;
      readonly scopeRules: { readonly claims: readonly string[]; readonly prefix: string };
    };

const JWT_SETTINGS = ['JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS_URL', 'JWT_SCOPE_CLAIM', 'JWT_SCOPE_PREFIX'] as const;

export function authOf({ text, list, choice, url, wrong, isWrong, problems }: Variables): Auth {
  const mode = choice('AUTH', ['none', 'jwt'], 'none');
  const issuer = url('JWT_ISSUER', ['http:', 'https:']);
  const audience = list('JWT_AUDIENCE');
  const jwksUrl = url('JWKS_URL', ['http:', 'https:']);
  if (isWrong('AUTH')) return { mode: 'none' };
  if (mode === 'none') {
    const unused = JWT_SETTINGS.filter((name) => text(name) !== null && text(name) !== SETTINGS[name].default);
    if (unused.length > 0)
      problems.push(`${unused.join(' and ')} would have no effect, because AUTH is none. Expected AUTH=jwt with it.`);
    return { mode };
  }
  if (issuer === null)
    problems.push(
      'JWT_ISSUER is not set. AUTH=jwt needs the issuer of the tokens, for example https://login.example.com/.',
    );
  if (audience.length === 0)
    problems.push('JWT_AUDIENCE is not set. AUTH=jwt needs the audience that the tokens are made for.');
  const claims =
    text('JWT_SCOPE_CLAIM') === null ? SETTINGS.JWT_SCOPE_CLAIM.default.split(',') : list('JWT_SCOPE_CLAIM');
  if (claims.length === 0) wrong('JWT_SCOPE_CLAIM', 'names of claims, separated by commas, such as scope,scp');
  const prefix = text('JWT_SCOPE_PREFIX') ?? '';
  // A claim separates its scopes by spaces.
  if (/\s/.test(prefix)) wrong('JWT_SCOPE_PREFIX', 'a text without spaces, such as gateway/');
  return { mode, issuer: issuer ?? '', audience, jwksUrl, scopeRules: { claims, prefix } };
}
