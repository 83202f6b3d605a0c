/** Finds variables that are probably mistyped settings. */
import leven from 'leven';
import { SETTINGS } from './settings.js';
import type { Env } from './variables.js';

/**
 * Compares with the settings that are not set. A mistyped DATABSE_URL would otherwise silently keep everything in
 * SQLite.
 */
export function misspeltIn(env: Env): string[] {
  const unset = Object.keys(SETTINGS).filter((name) => (env[name] ?? '') === '');
  return Object.keys(env).flatMap((name) => {
    if (Object.hasOwn(SETTINGS, name)) return [];
    const meant = unset.find((setting) => leven(name.toUpperCase(), setting) <= mistypedLetters(setting));
    return meant === undefined ? [] : [`${name} is not a setting, and has no effect. Is ${meant} meant?`];
  });
}

/** Short names, such as PORT and HOST, are too similar to many others. */
function mistypedLetters({ length }: string): number {
  return length < 8 ? 0 : length < 10 ? 1 : 2;
}
