/** Opens the database that the settings name. Only the driver that is needed is loaded. */
import type { Clock } from '../runtime/clock.js';
import type { Database, Sql } from './database.js';
import type { StoreLocation } from './unrelated-tables.js';

/**
 * @param options.warn logs a sentence; without it nothing is logged
 * @param options.inspect checks the database before anything is written there; opening rejects with its error
 */
export async function openDatabase(options: {
  databaseUrl?: string;
  poolSize?: number;
  dataDir: string;
  clock: Clock;
  warn?: (message: string) => void;
  inspect?: (sql: Sql, store: StoreLocation) => Promise<void>;
}): Promise<Database> {
  const { databaseUrl, poolSize, dataDir, clock, warn = () => {}, inspect = () => Promise.resolve() } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const { openPostgres } = await import('./postgres/postgres-database.js');
    return openPostgres({ url: databaseUrl, clock, warn, inspect, ...(poolSize === undefined ? {} : { poolSize }) });
  }
  const { openSqlite } = await import('./sqlite/sqlite-database.js');
  return openSqlite({ directory: dataDir, clock, warn, inspect });
}
