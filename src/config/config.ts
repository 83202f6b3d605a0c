/**
 * Parses the settings once from the environment. All mistakes are reported together, each with what would be right.
 * Settings that cannot work together are refused here.
 */
import { DAY, MINUTE, SECOND } from '../runtime/clock.js';
import { isLoopback } from '../runtime/loopback.js';
import { CATALOGS, type Catalog } from '../partner-central/model/task-kind.js';
import { LOG_LEVELS, type LogLevel } from '../runtime/telemetry.js';
import { authOf, type Auth } from './auth-settings.js';
import { boardOf, type Board } from './board-settings.js';
import { databaseUrlOf } from './database-settings.js';
import { limitsOf, type CallerLimits } from './limit-settings.js';
import { misspeltIn } from './misspelt.js';
import { originsOf } from './origin-settings.js';
import { ignoredIn } from './proxy-settings.js';
import { SETTINGS } from './settings.js';
import { upstreamOf, userAgentOf, type Upstream } from './upstream-settings.js';
import { readVariables, type Env, type Variables } from './variables.js';

export type Config = {
  readonly host: string;
  readonly port: number;
  readonly upstream: Upstream;
  /** The operator's own products in the user agent of calls to AWS. */
  readonly awsUserAgent: readonly string[];
  readonly catalogs: readonly Catalog[];
  readonly databaseUrl: string | null;
  readonly databasePoolSize: number;
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
  /** Null without the board. */
  readonly board: Board | null;
  readonly persistedOperations: 'off' | 'only';
  readonly operationsManifest: string | null;
  readonly corsOrigins: readonly string[];
  readonly limits: CallerLimits;
  readonly retentionMs: number;
  readonly drainMs: number;
  readonly logLevel: LogLevel;
};

/**
 * `misspelt` has a sentence for each variable that is probably a mistyped setting. `ignored` has one for each variable
 * that other programs obey and the gateway does not.
 */
export type ConfigResult = { readonly misspelt: readonly string[] } & (
  | { readonly type: 'ok'; readonly config: Config; readonly ignored: readonly string[] }
  | { readonly type: 'invalid'; readonly problems: readonly string[] }
);

const MAX_PORT = 65535;

/** @param env variables by name; an empty value counts as not set */
export function parseConfig(env: Env): ConfigResult {
  const variables = readVariables(env);
  const { text, number, choice, secret, isWrong, problems } = variables;

  const host = text('HOST') ?? SETTINGS.HOST.default;
  const loopback = isLoopback(host);
  const auth = authOf(variables);
  // With AUTH=jwt a loopback HOST proves nothing, because a proxy on this machine may forward all traffic.
  const explorer = choice('EXPLORER', ['on', 'off'], auth.mode === 'none' && loopback ? 'on' : 'off') === 'on';

  const config: Config = {
    host,
    port: number('PORT', 0, MAX_PORT),
    upstream: upstreamOf(variables),
    awsUserAgent: userAgentOf(variables),
    catalogs: catalogsOf(variables),
    databaseUrl: databaseUrlOf(variables, env['PGSSLMODE']),
    databasePoolSize: number('DATABASE_POOL_SIZE', 2, 1000),
    dataDir: text('DATA_DIR') ?? SETTINGS.DATA_DIR.default,
    reads: {
      perSecond: number('READS_PER_SECOND', 0.01, 1000, 'any'),
      perDay: number('READS_PER_DAY', 1, 100_000_000),
    },
    writes: {
      perSecond: number('WRITES_PER_SECOND', 0.01, 1000, 'any'),
      perDay: number('WRITES_PER_DAY', 1, 100_000_000),
    },
    pollMinMs: number('POLL_MIN_MS', 50, DAY),
    pollMaxMs: number('POLL_MAX_MS', 50, DAY),
    startWaitMs: number('START_WAIT_MS', 0, 5 * MINUTE),
    submitRetryMs: number('SUBMIT_RETRY_MS', SECOND, DAY),
    discover: choice('DISCOVER', ['on', 'off'], 'off') === 'on',
    hintsSecret: secret('HINTS_SECRET'),
    auth,
    explorer,
    board: boardOf(variables, auth, loopback),
    persistedOperations: choice('PERSISTED_OPERATIONS', ['off', 'only'], 'off'),
    operationsManifest: text('OPERATIONS_MANIFEST'),
    corsOrigins: originsOf(variables, explorer),
    limits: limitsOf(variables),
    retentionMs: number('RETENTION_DAYS', 1, 36_500) * DAY,
    drainMs: number('DRAIN_MS', 0, 5 * MINUTE),
    logLevel: choice('LOG_LEVEL', LOG_LEVELS, 'info'),
  };
  if (config.pollMinMs > config.pollMaxMs && !isWrong('POLL_MIN_MS') && !isWrong('POLL_MAX_MS')) {
    problems.push(
      `POLL_MIN_MS is ${config.pollMinMs} and POLL_MAX_MS is ${config.pollMaxMs}. Expected POLL_MIN_MS to be no ` +
        `larger than POLL_MAX_MS.`,
    );
  }
  if (config.auth.mode === 'none' && !loopback && !isWrong('AUTH')) {
    problems.push(
      `AUTH is none and HOST is ${JSON.stringify(host)}: everyone who can reach it could start tasks and edit ` +
        `records. Expected AUTH=jwt, or a loopback HOST such as 127.0.0.1.`,
    );
  }
  if (config.operationsManifest !== null && config.persistedOperations === 'off' && !isWrong('PERSISTED_OPERATIONS')) {
    problems.push(
      'OPERATIONS_MANIFEST would have no effect, because PERSISTED_OPERATIONS is off. Expected ' +
        'PERSISTED_OPERATIONS=only with it.',
    );
  }
  const misspelt = misspeltIn(env);
  return problems.length === 0
    ? { type: 'ok', config, misspelt, ignored: ignoredIn(env, config) }
    : { type: 'invalid', problems, misspelt };
}

function catalogsOf({ text, list, wrong }: Variables): Catalog[] {
  const names = list('CATALOGS').map((name) => name.toUpperCase());
  const found = CATALOGS.filter((catalog) => names.includes(catalog));
  if (text('CATALOGS') === null) return ['SANDBOX'];
  if (names.length === 0 || names.some((name) => !found.some((catalog) => catalog === name)))
    wrong('CATALOGS', `a list of ${CATALOGS.join(', ')}, separated by commas`);
  return found;
}
