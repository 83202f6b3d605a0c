/** Finds variables that are probably meant for a setting. */
import leven from 'leven';
import { SETTINGS } from './settings.js';
import type { Env } from './variables.js';

/** Variables whose name is almost that of a setting which is not set. DATABSE_URL would otherwise keep everything in SQLite without a word. */
export function misspeltIn(env: Env): string[] {
  const unset = Object.keys(SETTINGS).filter((name) => (env[name] ?? '') === '');
  return Object.keys(env).flatMap((name) => {
    if (Object.hasOwn(SETTINGS, name)) return [];
    const meant = unset.find((setting) => leven(name.toUpperCase(), setting) <= mistypedLetters(setting));
    return meant === undefined ? [] : [`${name} is not a setting, and has no effect. Is ${meant} meant?`];
  });
}

/** Short names, as PORT and HOST, are near to too many others. */
function mistypedLetters({ length }: string): number {
  return length < 8 ? 0 : length < 10 ? 1 : 2;
}
