/** The leader in the report for clients, while the lead passes from one gateway to another. */
import { expect, test } from '@jest/globals';
import { SECOND } from '../src/runtime/clock.js';
import { statusOf } from '../src/status.js';
import { beginEpoch, recordLead } from '../src/transitions/log.js';
import { createManualClock } from './support/fakes/manual-clock.js';
import { configOf } from './support/harness/gateway.js';
import { EVERYBODY, openTaskHarness } from './support/harness/task-harness.js';

async function openLed() {
  const clock = createManualClock();
  const { db } = await openTaskHarness({ clock });
  const lead = () => db.write(async (tx) => (await Promise.all([beginEpoch(tx), recordLead(db, tx)]))[0]);
  const leaderFor = async (ownEpoch: () => number | null) => {
    const none = [() => [], () => Promise.resolve(null)] as const;
    return (await statusOf(configOf({}), db, { name: 'AWS' }, EVERYBODY, ...none, ownEpoch)).leader;
  };
  return { clock, lead, leaderFor };
}

test('a gateway that does not know yet that another one has taken over does not count as the leader', async () => {
  const { clock, lead, leaderFor } = await openLed();
  const own = await lead();
  const since = clock.now();
  expect(await leaderFor(() => own)).toEqual({ since, isAnswering: true });
  await clock.advance(SECOND);
  const others = await lead();
  expect(await leaderFor(() => own)).toEqual({ since: since + SECOND, isAnswering: false });
  expect(await leaderFor(() => others)).toEqual({ since: since + SECOND, isAnswering: true });
});

test('a gateway that takes over while its status is read does not show the time of the leader before', async () => {
  const { clock, lead, leaderFor } = await openLed();
  await lead();
  const since = clock.now();
  // The statements have read the old leader by the time at which the process learns of its own term.
  expect(await leaderFor(() => 2)).toEqual({ since, isAnswering: false });
});
