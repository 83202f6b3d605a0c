/**
 * Sets the settings that the statements rely on for every connection, independently of the server, the database and the
 * role. A statement sets them after connecting, because a pooler refuses settings at the start of a connection.
 */
import type { ClientBase } from 'pg';
import type { Renewal } from './renewal.js';
import type { Setting } from './url.js';

const RELIED_ON: readonly Setting[] = [
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  // A stricter level would make single statements fail where writers meet, instead of waiting.
  ['default_transaction_isolation', 'read committed'],
  // A policy that hides rows becomes an error that names the policy.
  ['row_security', 'off'],
  // The gateway has its own time limits for all of these.
  ['lock_timeout', '0'],
  ['transaction_timeout', '0'],
  ['idle_session_timeout', '0'],
];

/**
 * An answered commit survives a crash of the server: `off` becomes `on`. Stronger settings stay, because each of them
 * also writes to the disk first. Settings that this server does not have are left out, unless the URL names them.
 */
const APPLY_SETTINGS = `select pg_backend_pid() as pid,
    extract(epoch from pg_postmaster_start_time())::text as server_id,
    current_setting('transaction_read_only') = 'on' as is_read_only,
    (select count(set_config(name, value, false)) from unnest($1::text[], $2::text[], $3::boolean[]) as wanted (name, value, is_required)
      where is_required or current_setting(name, true) is not null) as set_count,
    set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)`;

/** `pid` is the server's process for the connection. `serverId` differs between servers at one address. */
export type ConnectionInfo = { readonly pid: number; readonly serverId: string; readonly isReadOnly: boolean };

export type TimeLimits = { readonly statementTimeoutMs: number; readonly idleInTransactionMs: number };

/** The server ends neither a statement nor a transaction. */
export const UNLIMITED: TimeLimits = { statementTimeoutMs: 0, idleInTransactionMs: 0 };

export async function applySettings(
  client: ClientBase,
  { settings, renewal }: { readonly settings: readonly Setting[]; readonly renewal: Renewal },
  { statementTimeoutMs, idleInTransactionMs }: TimeLimits,
): Promise<ConnectionInfo> {
  const own: readonly Setting[] = [
    ...RELIED_ON,
    ['statement_timeout', String(statementTimeoutMs)],
    ['idle_in_transaction_session_timeout', String(idleInTransactionMs)],
  ];
  const all = [...settings, ...own];
  const values = [
    all.map(([name]) => name),
    all.map(([, value]) => value),
    all.map((_, index) => index < settings.length),
  ];
  const { rows } = await client.query<{ pid: number; server_id: string; is_read_only: boolean }>(
    APPLY_SETTINGS,
    values,
  );
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL has returned no row about this connection');
  renewal.made(client, row.server_id);
  return { pid: row.pid, serverId: row.server_id, isReadOnly: row.is_read_only };
}
