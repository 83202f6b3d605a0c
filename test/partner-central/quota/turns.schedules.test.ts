/** The turns of starts and of edits on several gateways, over random schedules, with gateways that die. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { SECOND } from '../../../src/runtime/clock.js';
import type { Database } from '../../../src/db/database.js';
import { openDatabase } from '../../../src/db/open.js';
import { createWritePermits } from '../../../src/edits/write-permits.js';
import { requestStartPermit } from '../../../src/partner-central/quota/turns.js';
import { createManualClock, type ManualClock } from '../../support/fakes/manual-clock.js';

const LIMITS = { perSecond: 1, perDay: 10_000 };
const SPACING_MS = 1020;
const STEP_MS = 10;
/** The longest time from a permit that is due to the request of a writer that waits for it, in this test. */
const LATE_MS = 4 * STEP_MS;

type Permit = { readonly at: number; readonly subject: string | null };
type Wait = { readonly subject: string; readonly from: number; until: number; isServed: boolean };

/** A gateway on the database that stops in the middle of its work when it dies. */
function createGateway(db: Database, clock: ManualClock) {
  let isAlive = true;
  const own: Database = {
    ...db,
    write: (work) => (isAlive ? db.write(work) : Promise.reject(new Error('The gateway is dead.'))),
  };
  const waits: Wait[] = [];
  const permits = createWritePermits({ db: own, limits: LIMITS, clock });
  return {
    waits,
    die: () => (isAlive = false),
    async edit(subject: string, patienceMs: number, onTaken: (permit: Permit) => void) {
      const wait: Wait = { subject, from: clock.now(), until: Infinity, isServed: false };
      waits.push(wait);
      const permit = await permits.take(subject, clock.monotonic() + patienceMs).catch(() => null);
      wait.until = clock.now();
      wait.isServed = permit?.type === 'taken';
      if (wait.isServed) onTaken({ at: clock.now(), subject });
      else if (permit !== null) expect(clock.now() - wait.from).toBeLessThanOrEqual(patienceMs);
    },
  };
}

const step = fc.oneof(
  { weight: 4, arbitrary: fc.record({ type: fc.constant('pass' as const), ms: fc.integer({ min: 10, max: 4000 }) }) },
  {
    weight: 6,
    arbitrary: fc.record({
      type: fc.constant('edit' as const),
      gateway: fc.nat({ max: 1 }),
      subject: fc.constantFrom('ann', 'bob', 'cy', 'di'),
      count: fc.integer({ min: 1, max: 3 }),
      patienceMs: fc.constantFrom(0, 3000, 8000, 30_000),
    }),
  },
  { weight: 3, arbitrary: fc.record({ type: fc.constant('starts' as const), count: fc.nat({ max: 8 }) }) },
  { weight: 1, arbitrary: fc.record({ type: fc.constant('die' as const), gateway: fc.nat({ max: 1 }) }) },
);

test('starts and edits alternate, subjects take turns, and the quota is kept, over any schedule', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(step, { minLength: 5, maxLength: 30 }), async (steps) => {
      const clock = createManualClock();
      const db = await openDatabase({ dataDir: ':memory:', clock });
      const permits: Permit[] = [];
      const startWaits: { readonly from: number; until: number }[] = [];
      const deaths: number[] = [];
      const gateways = [createGateway(db, clock), createGateway(db, clock)];
      const dead: typeof gateways = [];
      let queued = 0;
      let isOver = false;

      async function submit(): Promise<void> {
        while (!isOver) {
          if (queued === 0) {
            await clock.sleep(STEP_MS);
            continue;
          }
          startWaits.push({ from: clock.now(), until: Infinity });
          while (queued > 0 && !isOver) {
            const offer = await db.write(async (tx) => {
              const asked = await requestStartPermit(db, tx, LIMITS);
              if (asked.type === 'granted') await asked.take();
              return asked;
            });
            if (offer.type === 'wait') await clock.sleep(offer.waitMs);
            else {
              queued -= 1;
              permits.push({ at: clock.now(), subject: null });
            }
          }
          Object.assign(startWaits.at(-1) ?? {}, { until: clock.now() });
        }
      }

      /** Small steps, each until the database has answered. */
      async function pass(ms: number): Promise<void> {
        for (let passed = 0; passed < ms; passed += STEP_MS) {
          await clock.advance(STEP_MS);
          for (let turns = 0; turns < 3; turns += 1) await turnOfTheLoop();
        }
      }

      const submitter = submit();
      const edits: Promise<void>[] = [];
      for (const now of steps) {
        const index = 'gateway' in now ? now.gateway : 0;
        if (now.type === 'pass') await pass(now.ms);
        else if (now.type === 'starts') queued += now.count;
        else if (now.type === 'edit') {
          for (let edit = 0; edit < now.count; edit += 1) {
            const edited = gateways[index]?.edit(now.subject, now.patienceMs, (permit) => permits.push(permit));
            if (edited !== undefined) edits.push(edited);
          }
        } else {
          deaths.push(clock.now());
          const [gone] = gateways.splice(index, 1, createGateway(db, clock));
          gone?.die();
          if (gone !== undefined) dead.push(gone);
          for (const wait of gone?.waits ?? []) wait.until = Math.min(wait.until, clock.now());
        }
        await pass(STEP_MS);
      }
      await pass(60 * SECOND);
      isOver = true;
      await pass(10 * SECOND);
      await Promise.all([submitter, ...edits]);

      const waits = [...gateways, ...dead].flatMap((gateway) => gateway.waits);
      const within = (from: number, until: number) => permits.filter(({ at }) => at > from && at < until);
      for (const [index, { at }] of permits.entries())
        if (index > 0) expect(at - (permits[index - 1]?.at ?? 0)).toBeGreaterThanOrEqual(SPACING_MS);

      for (const { from, until } of waits) {
        const during = within(from, until);
        // An edit that waits sees at most one start between two edits.
        for (const [index, { subject }] of during.entries())
          if (index > 0 && subject === null) expect(during[index - 1]?.subject).not.toBeNull();
      }
      for (const { from, until } of startWaits) {
        const during = within(from, until);
        for (const [index, { subject }] of during.entries())
          if (index > 0 && subject !== null) expect(during[index - 1]?.subject).toBeNull();
        // No turn is lost, except one spacing for each gateway that dies.
        const atOnce = [from, ...during.map(({ at }) => at), Math.min(until, clock.now())];
        for (const [index, at] of atOnce.entries()) {
          const previous = atOnce[index - 1] ?? at;
          const died = deaths.filter((death) => death > previous - 2 * SPACING_MS && death <= at).length;
          expect(at - previous).toBeLessThanOrEqual((1 + died) * (SPACING_MS + LATE_MS));
        }
      }
      for (const wait of waits) {
        // While a subject waits, each other subject writes at most once between two of its edits.
        let others: string[] = [];
        for (const { subject } of within(wait.from, wait.until)) {
          if (subject !== null) others = subject === wait.subject ? [] : [...others, subject];
          expect(new Set(others).size).toBe(others.length);
        }
      }
      await db.close();
    }),
    // Smaller examples would take minutes to find, and the seed would not be printed in time.
    { verbose: 1, numRuns: 40, endOnFailure: true },
  );
});
