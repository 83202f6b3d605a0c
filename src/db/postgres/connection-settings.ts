/**
 * Every connection runs under the settings that the statements rely on, whatever the server, the database or the role sets. They are set by a
 * statement after connecting, because a pooler refuses settings at the start of a connection.
 */
import type { ClientBase } from 'pg';
import type { Renewal } from './renewal.js';
import type { Setting } from './url.js';

const RELIED_ON: readonly Setting[] = [
  ['client_encoding', 'UTF8'],
  ['standard_conforming_strings', 'on'],
  // Under a stricter level, single statements would fail where writers meet, instead of waiting.
  ['default_transaction_isolation', 'read committed'],
  // A policy that hides rows becomes an error that says so.
  ['row_security', 'off'],
  // The gateway has time limits of its own for all of these.
  ['lock_timeout', '0'],
  ['transaction_timeout', '0'],
  ['idle_session_timeout', '0'],
];

/**
 * A commit that is answered for survives a crash of the server: `off` becomes `on`. Stronger settings stay, because each of them writes to the disk
 * first. Settings that this server does not have are left out, unless the URL names them.
 */
const APPLY_SETTINGS = `select pg_backend_pid() as pid,
    extract(epoch from pg_postmaster_start_time())::text as server_id,
    current_setting('transaction_read_only') = 'on' as is_read_only,
    (select count(set_config(name, value, false)) from unnest($1::text[], $2::text[], $3::boolean[]) as wanted (name, value, is_required)
      where is_required or current_setting(name, true) is not null) as set_count,
    set_config('synchronous_commit', case current_setting('synchronous_commit') when 'off' then 'on' else current_setting('synchronous_commit') end, false)`;

/** `pid` is the server's process for the connection; `serverId` tells servers at one address apart. */
export type ConnectionInfo = { readonly pid: number; readonly serverId: string; readonly isReadOnly: boolean };

export type TimeLimits = { readonly statementTimeoutMs: number; readonly idleInTransactionMs: number };

/** Nothing on the server's side ends a statement or a transaction. */
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
  const { rows } = await client.query<{ pid: number; server_id: string; is_read_only: boolean }>(APPLY_SETTINGS, values);
  const [row] = rows;
  if (row === undefined) throw new Error('PostgreSQL has not answered what connection this is');
  renewal.made(client, row.server_id);
  return { pid: row.pid, serverId: row.server_id, isReadOnly: row.is_read_only };
}
