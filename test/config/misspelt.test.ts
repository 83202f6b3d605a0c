/** Variables that are probably mistyped settings. */
import { describe, expect, test } from '@jest/globals';
import { parseConfig } from '../../src/config/config.js';
import { SETTINGS, type SettingName } from '../../src/config/settings.js';

type Env = Readonly<Record<string, string | undefined>>;

describe('misspelt variables', () => {
  const misspeltIn = (env: Env): readonly string[] => parseConfig(env).misspelt;

  test.each<[string, SettingName]>([
    ['DATABSE_URL', 'DATABASE_URL'],
    ['DATABASE_URI', 'DATABASE_URL'],
    ['database_url', 'DATABASE_URL'],
    ['LOGLEVEL', 'LOG_LEVEL'],
    ['CATALOG', 'CATALOGS'],
    ['JWT_ISUSER', 'JWT_ISSUER'],
    ['READ_PER_DAY', 'READS_PER_DAY'],
    ['CORS_ORIGIN', 'CORS_ORIGINS'],
  ])('%s is recognised as a misspelt %s, also beside wrong values', (name, meant) => {
    const sentence = `${name} is not a setting, and has no effect. Is ${meant} meant?`;
    expect(misspeltIn({ [name]: 'x' })).toEqual([sentence]);
    expect(misspeltIn({ [name]: 'x', PORT: 'x' })).toEqual([sentence]);
  });

  test('a misspelt variable is not reported when the setting itself is given', () => {
    expect(misspeltIn({ DATABASE_URI: 'postgres://other', DATABASE_URL: 'postgres://h/d' })).toEqual([]);
  });

  test('settings and the variables of an ordinary environment are not reported', () => {
    expect(misspeltIn(Object.fromEntries(Object.keys(SETTINGS).map((name) => [name, ''])))).toEqual([]);
    const ordinary = [
      'PATH',
      'HOME',
      'HOSTNAME',
      'USER',
      'LANG',
      'PORTS',
      'POST',
      'HOSTS',
      'OAUTH',
      'TERM',
      'NODE_ENV',
      'NODE_OPTIONS',
      'AWS_REGION',
      'AWS_PROFILE',
      'XDG_DATA_DIRS',
      'XDG_DATA_HOME',
      'PGDATA',
      'PGHOST',
      'npm_config_loglevel',
      'KUBERNETES_PORT',
    ];
    expect(misspeltIn(Object.fromEntries(ordinary.map((name) => [name, 'x'])))).toEqual([]);
  });
});
