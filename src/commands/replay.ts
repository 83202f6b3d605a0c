/**
 * The process that prints the history of a task: `npm run replay -- TASK_ID`. It reads the database of DATABASE_URL or
 * DATA_DIR, and changes nothing. The exit code is 0 after printing, 1 when the task is missing or cannot be read, and 2
 * for a wrong call. `--help` prints the usage.
 */
import { parseArgs } from 'node:util';
import { systemClock } from '../runtime/clock.js';
import { SETTINGS } from '../config/settings.js';
import { openToRead } from '../db/open-to-read.js';
import { mistakeInUrl, withSslMode } from '../db/postgres/url.js';
import { historyOf } from '../tasks/history.js';
import { messageOf } from '../runtime/error-message.js';

const USAGE = `Usage: npm run replay -- TASK_ID

  Prints the transitions of a task, its attempts, its failure and its retry, in order. The gateway may run.
  DATABASE_URL or DATA_DIR say where its data are, as for the gateway (${SETTINGS.DATA_DIR.default} without them).`;

const id = readId(process.argv.slice(2));
const { DATABASE_URL: url = '', DATA_DIR: directory = '', PGSSLMODE: sslMode } = process.env;
const mistake = url === '' ? null : mistakeInUrl(url, sslMode);
// The message leaves the value out, because it may contain a password.
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
        `there is no such task in ${db.location}. Expected the id that a start returned, of a task that is kept ` +
          `(RETENTION_DAYS)`,
      );
    console.log(lines.join('\n'));
  } finally {
    await db.close();
  }
} catch (error) {
  console.error(`The task cannot be shown: ${messageOf(error)}`);
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
    return refuseCall(messageOf(error));
  }
}

function refuseCall(problem: string): never {
  console.error(`  - ${problem}\n\n${USAGE}`);
  process.exit(2);
}
