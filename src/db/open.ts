/** Which database it is follows from the settings; only the driver that is needed is loaded. */
import type { Clock } from '../clock.js';
import type { Database } from './database.js';

export async function openDatabase(options: { databaseUrl?: string; dataDir: string; clock: Clock }): Promise<Database> {
  const { databaseUrl, dataDir, clock } = options;
  if (databaseUrl !== undefined && databaseUrl !== '') {
    const { openPostgres } = await import('./postgres.js');
    return openPostgres({ url: databaseUrl, clock });
  }
  const { openSqlite } = await import('./sqlite.js');
  return openSqlite({ directory: dataDir, clock });
}
