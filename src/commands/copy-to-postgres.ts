/**
 * The process that copies a gateway's data from the embedded store to PostgreSQL: `npm run move -- --from <DATA_DIR>
 * --to <postgres://…>`. The exit code is 0 after a complete copy, 1 when nothing was copied, and 2 for a wrong call.
 * `--help` prints the usage.
 */
import { parseArgs } from 'node:util';
import { SECOND, systemClock } from '../runtime/clock.js';
import { WORKER_LEASE, type Database } from '../db/database.js';
import {
  CopyRefusedError,
  assertEmbeddedStore,
  describeCounts,
  copyToPostgres,
  openTarget,
  type CopyResult,
} from '../db/copy.js';
import { mistakeInUrl, withSslMode } from '../db/postgres/url.js';
import { StoreInUseError } from '../db/sqlite/file.js';
import { openSqlite } from '../db/sqlite/sqlite-database.js';
import { isUnavailable } from '../db/errors/unavailable.js';
import { messageOf } from '../runtime/error-message.js';

/** A gateway that has just died may seem to run for 5 s. */
const LEASE_WAIT_MS = 6 * SECOND;

const USAGE = `Usage: npm run move -- --from <DATA_DIR> --to <postgres://user:password@host:5432/database>

  --from  where the gateway kept its data until now; DATA_DIR when it is left out
  --to    an empty PostgreSQL database; DATABASE_URL when it is left out, which keeps its password out of the list of processes

Stop the gateway first.`;

type Places = {
  readonly from: string;
  readonly to: string;
  /** The setting that `to` came from. */
  readonly setting: '--to' | 'DATABASE_URL';
};

const places = readPlaces(process.argv.slice(2), process.env);
try {
  report(await move(places), places);
  process.exit(0);
} catch (error) {
  console.error(`Nothing was moved: ${messageOf(error)}`);
  if (isUnavailable(error)) {
    console.error(
      'The connection to the database was lost. The data of the gateway are unchanged: run the command again. If ' +
        'the copy was just complete, it will report that the database is not empty.',
    );
  }
  process.exit(1);
}

function readPlaces(args: string[], env: NodeJS.ProcessEnv): Places {
  const given = readArguments(args);
  const from = given.from || env['DATA_DIR'] || '';
  const setting = given.to ? '--to' : 'DATABASE_URL';
  const to = given.to || env['DATABASE_URL'] || '';
  const problems: string[] = [];
  if (from === '')
    problems.push(
      '--from is missing, and DATA_DIR is not set. Expected the DATA_DIR of the gateway, for example ./data.',
    );
  if (from === ':memory:')
    problems.push('--from is :memory:, which keeps nothing. Expected the DATA_DIR of the gateway, for example ./data.');
  if (to === '')
    problems.push(
      '--to is missing, and DATABASE_URL is not set. Expected postgres://user:password@host:5432/database.',
    );
  const mistake = to === '' ? null : mistakeInUrl(to, env['PGSSLMODE']);
  // The message leaves the value out, because it may contain a password.
  if (mistake !== null) problems.push(`${setting} ${mistake}`);
  return problems.length === 0 ? { from, to: withSslMode(to, env['PGSSLMODE']), setting } : refuseCall(problems);
}

function readArguments(args: string[]): { from?: string | undefined; to?: string | undefined } {
  try {
    const { values } = parseArgs({
      args,
      options: { from: { type: 'string' }, to: { type: 'string' }, help: { type: 'boolean', short: 'h' } },
    });
    if (values.help !== true) return values;
  } catch (error) {
    return refuseCall([messageOf(error)]);
  }
  console.log(USAGE);
  process.exit(0);
}

function refuseCall(problems: readonly string[]): never {
  console.error([...problems.map((problem) => `  - ${problem}`), '', USAGE].join('\n'));
  process.exit(2);
}

async function move({ from, to, setting }: Places): Promise<CopyResult> {
  assertEmbeddedStore(from);
  const source = await openSource(from);
  try {
    const target = await openTarget({ url: to, setting, clock: systemClock });
    try {
      console.log(`Moving ${source.location} to ${target.location}`);
      const patience = new AbortController();
      void systemClock.sleep(LEASE_WAIT_MS, patience.signal).then(() => patience.abort());
      const lease = await target.lease(WORKER_LEASE, patience.signal).catch(() => {
        throw new CopyRefusedError(
          `a gateway is running on ${target.location}: stop it, and start it again after the move`,
        );
      });
      patience.abort();
      const moved = await copyToPostgres(source, target);
      await lease.release();
      return moved;
    } finally {
      await target.close();
    }
  } finally {
    await source.close();
  }
}

/** Opening the store takes the lock that a running gateway holds. */
async function openSource(directory: string): Promise<Database> {
  try {
    return await openSqlite({ directory, clock: systemClock });
  } catch (error) {
    if (!(error instanceof StoreInUseError)) throw error;
    throw new CopyRefusedError(`a gateway is running on ${directory}: stop it first`, { cause: error });
  }
}

function report({ counts, upstream }: CopyResult, { from }: Places): void {
  const simulated =
    upstream === 'simulator'
      ? `\n  - Keep DATA_DIR=${from} as well: the built-in simulator has its own tasks there (simulator.jsonl).`
      : '';
  console.log(`Moved and counted: ${describeCounts(counts)}. Cursors stay valid.

Next steps:

  - Start the gateway with DATABASE_URL set to the new database, and everything else as before.${simulated}
  - Never start it without DATABASE_URL on ${from} again: its files are unchanged, and are now a backup of this moment.
`);
}
