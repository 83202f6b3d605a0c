/**
 * The process that prints what became of a task: `npm run replay -- TASK_ID`, from the database that DATABASE_URL or DATA_DIR names. It changes nothing. Exits 0
 * when it has printed the task, 1 when there is none or it cannot be read, 2 when it was called wrongly. With --help it only says how it is called.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../runtime/clock.js';
import { SETTINGS } from '../config/settings.js';
import { openToRead } from '../db/open-to-read.js';
import { mistakeInUrl, withSslMode } from '../db/postgres/url.js';
import { historyOf } from '../tasks/history.js';

const USAGE = `Usage: npm run replay -- TASK_ID

  Prints the transitions of a task, its attempts, its failure and its retry, in order. The gateway may run.
  DATABASE_URL or DATA_DIR say where its data are, as for the gateway (${SETTINGS.DATA_DIR.default} without them).`;

const id = readId(process.argv.slice(2));
const { DATABASE_URL: url = '', DATA_DIR: directory = '', PGSSLMODE: sslMode } = process.env;
const mistake = url === '' ? null : mistakeInUrl(url, sslMode);
// Never the value: it may carry a password.
if (mistake !== null) refuseCall(`DATABASE_URL ${mistake}`);
try {
  const db = await openToRead({
    databaseUrl: withSslMode(url, sslMode),
    dataDir: directory || SETTINGS.DATA_DIR.default,
    clock: systemClock,
  });
  try {
    const lines = await historyOf(db.sql, id, await db.now());
    if (lines === null)
      throw new Error(
        `there is no such task in ${db.location}. Expected the id that a start returned, of a task that is kept (RETENTION_DAYS)`,
      );
    console.log(lines.join('\n'));
  } finally {
    await db.close();
  }
} catch (error) {
  console.error(`The task cannot be shown: ${error instanceof Error ? error.message : String(error)}`);
  process.exitCode = 1;
}

function readId(args: string[]): string {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { help: { type: 'boolean', short: 'h' } },
    });
    if (values.help === true) {
      console.log(USAGE);
      process.exit(0);
    }
    const [given = '', ...others] = positionals;
    return given !== '' && others.length === 0
      ? given
      : refuseCall(`Expected one id of a task, got ${positionals.length}.`);
  } catch (error) {
    return refuseCall(error instanceof Error ? error.message : String(error));
  }
}

function refuseCall(problem: string): never {
  console.error(`  - ${problem}\n\n${USAGE}`);
  process.exit(2);
}
