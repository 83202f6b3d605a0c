/** Which database it is follows from the settings; only the driver that is needed is loaded. */
import type { Clock } from '../runtime/clock.js';
import type { Database, Sql } from './database.js';
import type { Place } from './unrelated-tables.js';

/**
 * @param options.warn takes a sentence for the log; without it nothing is said
 * @param options.inspect looks at the database before anything is written there; what it rejects with is what opening rejects with
 */
export async function openDatabase(options: {
  databaseUrl?: string;
  poolSize?: number;
  dataDir: string;
  clock: Clock;
  warn?: (message: string) => void;
  inspect?: (sql: Sql, place: Place) => Promise<void>;
}): Promise<Database> {
  const { databaseUrl, poolSize, dataDir, clock, warn = () => {}, inspect = () => Promise.resolve() } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const { openPostgres } = await import('./postgres/postgres-database.js');
    return openPostgres({ url: databaseUrl, clock, warn, inspect, ...(poolSize === undefined ? {} : { poolSize }) });
  }
  const { openSqlite } = await import('./sqlite/sqlite-database.js');
  return openSqlite({ directory: dataDir, clock, warn, inspect });
}
