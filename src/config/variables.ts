/**
 * Reads single settings. Each mistake becomes a sentence and a stand-in value, so that reading continues and all
 * mistakes are found together.
 */
import { SETTINGS, type SettingName } from './settings.js';

export type Env = Readonly<Record<string, string | undefined>>;

export type Variables = {
  /** The mistakes found so far. */
  readonly problems: string[];
  /** A wrong value is not compared with other settings, because the comparison would use its stand-in. */
  readonly isWrong: (name: SettingName) => boolean;
  readonly wrong: (name: SettingName, expected: string) => void;
  /** Null if it is not set. */
  readonly text: (name: SettingName) => string | null;
  readonly number: (name: SettingName, min: number, max: number, kind?: 'whole' | 'any') => number;
  readonly choice: <T extends string>(name: SettingName, values: readonly T[], fallback: T) => T;
  readonly url: (name: SettingName, protocols: readonly string[]) => string | null;
  readonly secret: (name: SettingName) => string | null;
  /** The items between commas. */
  readonly list: (name: SettingName) => string[];
};

export function readVariables(env: Env): Variables {
  const problems: string[] = [];
  const wrongNames = new Set<SettingName>();

  const text = (name: SettingName): string | null => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const wrong = (name: SettingName, expected: string) => {
    wrongNames.add(name);
    problems.push(`${name} is ${JSON.stringify(env[name])}. Expected ${expected}.`);
  };

  return {
    problems,
    isWrong: (name) => wrongNames.has(name),
    wrong,
    text,
    number(name, min, max, kind = 'whole') {
      const raw = text(name);
      const value = Number(raw ?? SETTINGS[name].default);
      const fits = value >= min && value <= max && (kind === 'any' || Number.isInteger(value));
      if (!fits) wrong(name, `a${kind === 'whole' ? ' whole' : ''} number from ${min} to ${max}`);
      return fits ? value : min;
    },
    choice(name, values, fallback) {
      const raw = text(name);
      if (raw === null) return fallback;
      const found = values.find((value) => value === raw.toLowerCase());
      if (found === undefined) wrong(name, `one of ${values.join(', ')}`);
      return found ?? fallback;
    },
    url(name, protocols) {
      const raw = text(name);
      if (raw === null) return null;
      const protocol = URL.canParse(raw) ? new URL(raw).protocol : '';
      if (!protocols.includes(protocol)) {
        // The message leaves the value out, because a URL may contain a password.
        problems.push(
          `${name} is not a URL that can be used. Expected one that begins with ` +
            `${protocols.map((p) => `${p}//`).join(' or ')}.`,
        );
      }
      return raw;
    },
    secret(name) {
      const raw = text(name);
      // The message leaves the value out. An HTTP header cannot carry other characters.
      if (raw !== null && !/^[\x21-\x7e]{16,512}$/.test(raw))
        problems.push(
          `${name} is not a secret that can be used. Expected 16 to 512 letters, digits or signs of ASCII, without ` +
            `spaces.`,
        );
      return raw;
    },
    list: (name) =>
      (text(name) ?? '')
        .split(',')
        .map((item) => item.trim())
        .filter((item) => item !== ''),
  };
}
