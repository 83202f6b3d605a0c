/**
 * The settings, parsed once from the environment. Every mistake is reported, all together, each with what would be right; what cannot work
 * together is refused here and not found out later. SETTINGS is the whole list: the README's table is held against it.
 */
import leven from 'leven';
import { DAY, MINUTE, SECOND } from './clock.js';
import { isLoopback } from './loopback.js';
import { CATALOGS, type Catalog } from './partner-central/task-kind.js';
import { LOG_LEVELS, type LogLevel } from './telemetry.js';

/** Each variable, its default as a person would write it ('' for none), and what it is for. */
export const SETTINGS = {
  HOST: { default: '127.0.0.1', about: 'Address to listen on' },
  PORT: { default: '4000', about: 'Port to listen on; 0 picks a free one, which the ready block prints' },
  UPSTREAM: { default: 'simulator', about: '`simulator`, or `aws` for the real service' },
  PARTNER_CENTRAL_ENDPOINT: { default: '', about: 'Something else that speaks the same protocol, such as a shared simulator; with `UPSTREAM=aws` beside it another way to AWS itself' },
  CATALOGS: { default: 'SANDBOX', about: 'Catalogs that may be used, separated by commas; `AWS` (production) must be asked for' },
  DATABASE_URL: { default: '', about: '`postgres://…` for replicas; without it SQLite in DATA_DIR' },
  DATA_DIR: { default: './data', about: 'Where the embedded database and the simulator keep their data; `:memory:` keeps nothing' },
  READS_PER_SECOND: { default: '10', about: "AWS's quota of reads a second" },
  READS_PER_DAY: { default: '100000', about: "AWS's quota of reads in 24 hours" },
  WRITES_PER_SECOND: { default: '1', about: "AWS's quota of writes a second" },
  WRITES_PER_DAY: { default: '10000', about: "AWS's quota of writes in 24 hours" },
  POLL_MIN_MS: { default: '1000', about: 'How soon a young task is asked about again' },
  POLL_MAX_MS: { default: '30000', about: 'How late an old task is asked about again' },
  START_WAIT_MS: { default: '8000', about: "How long a mutation waits for AWS's answer before it returns the task as it stands" },
  SUBMIT_RETRY_MS: { default: '600000', about: 'How long a start that AWS does not settle is sent again' },
  DISCOVER: { default: 'off', about: '`on` to find and follow tasks of the account that were not started here' },
  HINTS_SECRET: { default: '', about: 'Secret of the events that EventBridge may send to /hints/eventbridge; without it there is no such address' },
  AUTH: { default: 'none', about: '`none`, only on a loopback HOST, or `jwt`' },
  JWT_ISSUER: { default: '', about: 'Issuer of the bearer tokens; needed with `AUTH=jwt`' },
  JWT_AUDIENCE: { default: '', about: 'Audience of the bearer tokens; needed with `AUTH=jwt`' },
  JWKS_URL: { default: '', about: "The issuer's keys; without it they are discovered from JWT_ISSUER" },
  EXPLORER: { default: 'on for loopback', about: '`on` or `off`: Apollo Sandbox at /graphql, and introspection' },
  PERSISTED_OPERATIONS: { default: 'off', about: '`off`, or `only` to refuse every document but the persisted ones' },
  OPERATIONS_MANIFEST: { default: '', about: 'File of further persisted operations (an Apollo persisted query manifest)' },
  CORS_ORIGINS: { default: 'studio.apollographql.com when EXPLORER is on', about: 'Origins of browsers that may call, separated by commas; with `AUTH=none` their hosts are also names that the gateway may be called by' },
  RETENTION_DAYS: { default: '90', about: 'How long finished tasks and their transitions are kept' },
  DRAIN_MS: { default: '5000', about: 'How long sockets take to close when the process is told to stop' },
  LOG_LEVEL: { default: 'info', about: '`fatal`, `error`, `warn`, `info`, `debug`, `trace` or `silent`; the log goes to standard error' },
} as const satisfies Record<string, { default: string; about: string }>;

export type SettingName = keyof typeof SETTINGS;

export type Upstream =
  | { readonly type: 'simulator' }
  /** The real service; `endpoint` is another way there. */
  | { readonly type: 'aws'; readonly endpoint: string | null }
  /** Something of its own that speaks the same protocol, for example a simulator that several gateways share. */
  | { readonly type: 'other'; readonly endpoint: string };

export type Auth =
  | { readonly mode: 'none' }
  | { readonly mode: 'jwt'; readonly issuer: string; readonly audience: string; readonly jwksUrl: string | null };

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly upstream: Upstream;
  readonly catalogs: readonly Catalog[];
  readonly databaseUrl: string | null;
  readonly dataDir: string;
  readonly reads: { readonly perSecond: number; readonly perDay: number };
  readonly writes: { readonly perSecond: number; readonly perDay: number };
  readonly pollMinMs: number;
  readonly pollMaxMs: number;
  readonly startWaitMs: number;
  readonly submitRetryMs: number;
  readonly discover: boolean;
  readonly hintsSecret: string | null;
  readonly auth: Auth;
  readonly explorer: boolean;
  readonly persistedOperations: 'off' | 'only';
  readonly operationsManifest: string | null;
  readonly corsOrigins: readonly string[];
  readonly retentionMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
};

/** `misspelt`: a sentence for each variable that is probably meant for a setting, and is none. */
export type ConfigResult = { readonly misspelt: readonly string[] } & (
  | { readonly type: 'ok'; readonly config: Config }
  | { readonly type: 'invalid'; readonly problems: readonly string[] }
);

const SANDBOX_ORIGIN = 'https://studio.apollographql.com';
const MAX_PORT = 65535;

/** @param env variables by name; an empty one counts as not set. */
export function parseConfig(env: Readonly<Record<string, string | undefined>>): ConfigResult {
  const problems: string[] = [];

  const text = (name: SettingName): string | null => {
    const value = env[name]?.trim();
    return value === undefined || value === '' ? null : value;
  };
  const wrongNames = new Set<SettingName>();
  const wrong = (name: SettingName, expected: string) => {
    wrongNames.add(name);
    problems.push(`${name} is ${JSON.stringify(env[name])}. Expected ${expected}.`);
  };
  const number = (name: SettingName, min: number, max: number, kind: 'whole' | 'any' = 'whole'): number => {
    const raw = text(name);
    const value = Number(raw ?? SETTINGS[name].default);
    const fits = value >= min && value <= max && (kind === 'any' || Number.isInteger(value));
    if (!fits) wrong(name, `a${kind === 'whole' ? ' whole' : ''} number from ${min} to ${max}`);
    return fits ? value : min;
  };
  const choice = <T extends string>(name: SettingName, values: readonly T[], fallback: T): T => {
    const raw = text(name);
    if (raw === null) return fallback;
    const found = values.find((value) => value === raw.toLowerCase());
    if (found === undefined) wrong(name, `one of ${values.join(', ')}`);
    return found ?? fallback;
  };
  const url = (name: SettingName, protocols: readonly string[]): string | null => {
    const raw = text(name);
    if (raw === null) return null;
    const protocol = URL.canParse(raw) ? new URL(raw).protocol : '';
    if (!protocols.includes(protocol)) {
      // Never the value: a database URL carries a password.
      problems.push(`${name} is not a URL that can be used. Expected one that begins with ${protocols.map((p) => `${p}//`).join(' or ')}.`);
    }
    return raw;
  };

  const host = text('HOST') ?? SETTINGS.HOST.default;
  const loopback = isLoopback(host);
  const explorer = choice('EXPLORER', ['on', 'off'], loopback ? 'on' : 'off') === 'on';

  const config: Config = {
    host,
    port: number('PORT', 0, MAX_PORT),
    upstream: upstreamOf(),
    catalogs: catalogsOf(),
    databaseUrl: url('DATABASE_URL', ['postgres:', 'postgresql:']),
    dataDir: text('DATA_DIR') ?? SETTINGS.DATA_DIR.default,
    reads: { perSecond: number('READS_PER_SECOND', 0.01, 1000, 'any'), perDay: number('READS_PER_DAY', 1, 100_000_000) },
    writes: { perSecond: number('WRITES_PER_SECOND', 0.01, 1000, 'any'), perDay: number('WRITES_PER_DAY', 1, 100_000_000) },
    pollMinMs: number('POLL_MIN_MS', 50, DAY),
    pollMaxMs: number('POLL_MAX_MS', 50, DAY),
    startWaitMs: number('START_WAIT_MS', 0, 5 * MINUTE),
    submitRetryMs: number('SUBMIT_RETRY_MS', SECOND, DAY),
    discover: choice('DISCOVER', ['on', 'off'], 'off') === 'on',
    hintsSecret: secretOf('HINTS_SECRET'),
    auth: authOf(),
    explorer,
    persistedOperations: choice('PERSISTED_OPERATIONS', ['off', 'only'], 'off'),
    operationsManifest: text('OPERATIONS_MANIFEST'),
    corsOrigins: originsOf(),
    retentionMs: number('RETENTION_DAYS', 1, 36_500) * DAY,
    drainMs: number('DRAIN_MS', 0, 5 * MINUTE),
    logLevel: choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  // What is wrong by itself is not compared with anything: the stand-in for it would be.
  if (config.pollMinMs > config.pollMaxMs && !wrongNames.has('POLL_MIN_MS') && !wrongNames.has('POLL_MAX_MS')) {
    problems.push(`POLL_MIN_MS is ${config.pollMinMs} and POLL_MAX_MS is ${config.pollMaxMs}. Expected POLL_MIN_MS to be no larger than POLL_MAX_MS.`);
  }
  if (config.auth.mode === 'none' && !loopback && !wrongNames.has('AUTH')) {
    problems.push(`AUTH is none and HOST is ${JSON.stringify(host)}: everybody who can reach it could start tasks. Expected AUTH=jwt, or a loopback HOST such as 127.0.0.1.`);
  }
  if (config.operationsManifest !== null && config.persistedOperations === 'off' && !wrongNames.has('PERSISTED_OPERATIONS')) {
    problems.push('OPERATIONS_MANIFEST would have no effect, because PERSISTED_OPERATIONS is off. Expected PERSISTED_OPERATIONS=only with it.');
  }
  const misspelt = misspeltIn(env);
  return problems.length === 0 ? { type: 'ok', config, misspelt } : { type: 'invalid', problems, misspelt };

  function upstreamOf(): Upstream {
    const endpoint = url('PARTNER_CENTRAL_ENDPOINT', ['http:', 'https:']);
    const named = choice('UPSTREAM', ['simulator', 'aws'], 'simulator');
    if (named === 'aws') return { type: 'aws', endpoint };
    if (endpoint === null) return { type: 'simulator' };
    if (text('UPSTREAM') !== null && !wrongNames.has('UPSTREAM')) {
      problems.push('UPSTREAM is simulator and PARTNER_CENTRAL_ENDPOINT is set. Expected only one: leave PARTNER_CENTRAL_ENDPOINT out for the built-in simulator.');
    }
    return { type: 'other', endpoint };
  }

  function catalogsOf(): Catalog[] {
    const names = list('CATALOGS').map((name) => name.toUpperCase());
    const found = CATALOGS.filter((catalog) => names.includes(catalog));
    if (text('CATALOGS') === null) return ['SANDBOX'];
    if (names.length === 0 || names.some((name) => !found.some((catalog) => catalog === name))) wrong('CATALOGS', `a list of ${CATALOGS.join(', ')}, separated by commas`);
    return found;
  }

  function authOf(): Auth {
    const mode = choice('AUTH', ['none', 'jwt'], 'none');
    const issuer = url('JWT_ISSUER', ['http:', 'https:']);
    const audience = text('JWT_AUDIENCE');
    const jwksUrl = url('JWKS_URL', ['http:', 'https:']);
    if (wrongNames.has('AUTH')) return { mode: 'none' };
    if (mode === 'none') {
      const unused = (['JWT_ISSUER', 'JWT_AUDIENCE', 'JWKS_URL'] as const).filter((name) => text(name) !== null);
      if (unused.length > 0) problems.push(`${unused.join(' and ')} would have no effect, because AUTH is none. Expected AUTH=jwt with it.`);
      return { mode };
    }
    if (issuer === null) problems.push('JWT_ISSUER is not set. AUTH=jwt needs the issuer of the tokens, for example https://login.example.com/.');
    if (audience === null) problems.push('JWT_AUDIENCE is not set. AUTH=jwt needs the audience that the tokens are made for.');
    return { mode, issuer: issuer ?? '', audience: audience ?? '', jwksUrl };
  }

  function secretOf(name: SettingName): string | null {
    const raw = text(name);
    // Never the value. What has no place in an HTTP header could never be sent.
    if (raw !== null && !/^[\x21-\x7e]{16,512}$/.test(raw)) problems.push(`${name} is not a secret that can be used. Expected 16 to 512 letters, digits or signs of ASCII, without spaces.`);
    return raw;
  }

  function originsOf(): string[] {
    const origins = list('CORS_ORIGINS');
    for (const origin of origins) {
      if (!URL.canParse(origin) || new URL(origin).origin !== origin) {
        problems.push(`CORS_ORIGINS contains ${JSON.stringify(origin)}. Expected origins such as https://app.example.com, without a path, separated by commas.`);
      }
    }
    return text('CORS_ORIGINS') === null && explorer ? [SANDBOX_ORIGIN] : origins;
  }

  function list(name: SettingName): string[] {
    return (text(name) ?? '').split(',').map((item) => item.trim()).filter((item) => item !== '');
  }
}

/** Variables that are almost a setting which is not set: with DATABSE_URL everything would be kept in SQLite, and nobody be told. */
function misspeltIn(env: Readonly<Record<string, string | undefined>>): string[] {
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
