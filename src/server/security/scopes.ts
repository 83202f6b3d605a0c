/**
 * Reads the scopes of a token. Issuers use different claims. Only one claim is read and never the union of several,
 * because a user may have more permissions than the client was granted.
 */
import type { JWTPayload } from 'jose';

export type ScopeRules = {
  /** The claims to read. Only the first that is present and not empty counts. */
  readonly claims: readonly string[];
  /** The prefix of the gateway's scopes, which is cut off. Other words do not count. */
  readonly prefix: string;
};

export const DEFAULT_SCOPE_RULES: ScopeRules = { claims: ['scope', 'scp'], prefix: '' };

/** @returns undefined if the claim cannot be read */
export function scopesIn(payload: JWTPayload, { claims, prefix }: ScopeRules): readonly string[] | undefined {
  for (const claim of claims) {
    const value = Object.hasOwn(payload, claim) ? payload[claim] : undefined;
    const words = value === undefined || value === null ? [] : wordsOf(value);
    if (words === undefined) return undefined;
    if (words.length > 0)
      return words.filter((word) => word.startsWith(prefix)).map((word) => word.slice(prefix.length));
  }
  return [];
}

export function wordsOf(claim: unknown): string[] | undefined {
  if (typeof claim === 'string') return claim.split(' ').filter((word) => word !== '');
  if (Array.isArray(claim) && claim.every((word): word is string => typeof word === 'string')) return claim;
  return undefined;
}

/** The claims for a message: `"scope", or "scp"`. */
export function namesOf({ claims }: Pick<ScopeRules, 'claims'>): string {
  return claims.map((claim) => `"${claim}"`).join(', or ');
}

export function missingScope({ claims, prefix }: ScopeRules, scopes: readonly string[]): string {
  const wanted = scopes.map((scope) => `${prefix}${scope}`).join(' or ');
  return `The token lacks the scope ${wanted}. Scopes are the words of its claim ${namesOf({ claims })}.`;
}
