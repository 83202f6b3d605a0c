/** Which database it is follows from the settings; only the driver that is needed is loaded. */
import type { Clock } from '../clock.js';
import type { Database } from './database.js';

/** @param options.warn takes a sentence for the log; without it nothing is said */
export async function openDatabase(options: {
  databaseUrl?: string;
  dataDir: string;
  clock: Clock;
  warn?: (message: string) => void;
}): Promise<Database> {
  const { databaseUrl, dataDir, clock, warn = () => {} } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const { openPostgres } = await import('./postgres.js');
    return openPostgres({ url: databaseUrl, clock, warn });
  }
  const { openSqlite } = await import('./sqlite.js');
  return openSqlite({ directory: dataDir, clock, warn });
}
