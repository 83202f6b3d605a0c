/** Reads the settings of the board. */
import type { Auth } from './auth-settings.js';
import type { Variables } from './variables.js';

export type Board = {
  /** The client that people sign in with; null if they paste a token, or if no token is needed. */
  readonly client: {
    readonly id: string;
    readonly scopes: string;
    /** BOARD_SCOPES, in place of `scopes`. */
    readonly chosenScopes: string | null;
  } | null;
};

/** Without tasks:read:own, because an issuer may refuse a scope that it does not have. */
const SCOPES = ['tasks:read', 'tasks:start', 'records:read', 'records:write'];

/** @returns null without the board */
export function boardOf({ text, choice, problems }: Variables, auth: Auth, loopback: boolean): Board | null {
  const isOn = choice('BOARD', ['on', 'off'], auth.mode === 'none' && loopback ? 'on' : 'off') === 'on';
  const id = text('BOARD_CLIENT_ID');
  const scopes = text('BOARD_SCOPES');
  const reason = isOn ? (auth.mode === 'none' ? 'AUTH is none' : null) : 'BOARD is off';
  if (id !== null && reason !== null)
    problems.push(`BOARD_CLIENT_ID would have no effect, because ${reason}. Expected BOARD=on and AUTH=jwt with it.`);
  if (scopes !== null && id === null)
    problems.push(
      'BOARD_SCOPES would have no effect, because BOARD_CLIENT_ID is not set. Expected BOARD_CLIENT_ID with it.',
    );
  if (!isOn) return null;
  if (id === null || auth.mode === 'none') return { client: null };
  const named = SCOPES.map((scope) => `${auth.scopeRules.prefix}${scope}`);
  return { client: { id, scopes: ['openid', ...named].join(' '), chosenScopes: scopes } };
}
