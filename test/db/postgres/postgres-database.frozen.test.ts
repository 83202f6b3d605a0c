import { expect, test } from '@jest/globals';
import { SECOND, systemClock } from '../../../src/runtime/clock.js';
import { openPostgres } from '../../../src/db/postgres/postgres-database.js';
import { reservePositions } from '../../../src/transitions/log.js';
import { startPostgres } from '../../support/programs/postgres.js';

test('a write of a frozen process releases the head of the log within 5 s and is not committed', async () => {
  const postgres = await startPostgres();
  const url = await postgres.createDatabase();
  const [frozen, other] = [
    await openPostgres({ url, clock: systemClock }),
    await openPostgres({ url, clock: systemClock }),
  ];
  let thaw: () => void = () => {};
  const thawed = new Promise<void>((resolve) => (thaw = resolve));
  let hold: () => void = () => {};
  const holding = new Promise<void>((resolve) => (hold = resolve));
  const stuck = frozen.write(async (tx) => {
    await reservePositions(frozen, tx, null, 1);
    hold();
    await thawed;
  });
  const outcome = stuck.then(
    () => 'committed',
    () => 'rejected',
  );
  await holding;
  const begun = performance.now();
  expect(await other.write((tx) => reservePositions(other, tx, null, 1))).toMatchObject({ first: 1 });
  expect(performance.now() - begun).toBeLessThan(5 * SECOND);
  thaw();
  expect(await outcome).toBe('rejected');
  await Promise.all([frozen.close(), other.close()]);
  await postgres.stop();
});
