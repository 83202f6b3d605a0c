/** The reports for clients, load balancers and metrics. */
import { describe, expect, test } from '@jest/globals';
import { takePermit } from '../src/partner-central/quota/quota.js';
import type { PartnerCentralStatus } from '../src/graphql/context.js';
import type { Catalog } from '../src/partner-central/model/task-kind.js';
import { createClockNotices, createReadiness, gaugesOf, readinessOf, statusOf, type Readiness } from '../src/status.js';
import { HOUR, SECOND } from '../src/runtime/clock.js';
import { findTask, postponeStart, storeAttempt } from '../src/tasks/store/task-queries.js';
import type { Viewer } from '../src/tasks/viewer.js';
import { beginEpoch } from '../src/transitions/log.js';
import {
  EVERYBODY,
  accepted,
  answerWith,
  fromOpportunity,
  openTaskHarness,
  type TaskHarness,
} from './support/harness/task-harness.js';
import { configOf } from './support/harness/gateway.js';
import { createManualClock } from './support/fakes/manual-clock.js';
import { recordObservation } from './support/harness/record-one.js';

const READS = { perSecond: 1000, perDay: 10 };
const SPENT = 'The daily read quota is spent. Polling resumes when the oldest call is 24 hours old.';

async function harnessWith(reads: number) {
  const clock = createManualClock();
  const harness = await openTaskHarness({ clock, startWaitMs: 0 });
  for (let count = 0; count < reads; count += 1) {
    await clock.advance(1000);
    await harness.db.write((tx) => takePermit(harness.db, tx, 'reads', READS));
  }
  return harness;
}

async function taskThatIs(status: 'IN_PROGRESS' | 'COMPLETE', { db, tasks, telemetry }: TaskHarness): Promise<void> {
  const { id } = await accepted(tasks, fromOpportunity());
  await recordObservation(db, telemetry, await db.write(beginEpoch), id, {
    type: 'answered',
    answer: answerWith({ status }),
  });
}

describe('readiness without reads left', () => {
  test('a gateway whose daily reads are spent is ready, and says why a task in progress is not polled', async () => {
    const harness = await harnessWith(9);
    await taskThatIs('IN_PROGRESS', harness);
    expect(await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, harness.db)).toEqual({
      ready: true,
      reasons: [SPENT],
    });
  });

  test.each(['QUEUED', 'COMPLETE'] as const)(
    'a gateway whose daily reads are spent does not say so while its only task is %s',
    async (status) => {
      const harness = await harnessWith(9);
      if (status === 'COMPLETE') await taskThatIs(status, harness);
      else await accepted(harness.tasks, fromOpportunity());
      expect(await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, harness.db)).toEqual({
        ready: true,
        reasons: [],
      });
    },
  );
});

test('a gateway with enough reads does not mention them', async () => {
  const harness = await harnessWith(0);
  await taskThatIs('IN_PROGRESS', harness);
  expect(await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, harness.db)).toEqual({
    ready: true,
    reasons: [],
  });
});

describe('the status for clients', () => {
  const ann: Viewer = { ...EVERYBODY, subject: 'ann', reads: 'own' };
  const ben: Viewer = { ...EVERYBODY, subject: 'ben', reads: 'own' };
  const inSandbox: Viewer = { ...EVERYBODY, catalogs: ['SANDBOX'] };

  async function start({ tasks }: TaskHarness, subject: string, catalog: Catalog): Promise<string> {
    return (await accepted(tasks, fromOpportunity({ catalog }), null, { ...EVERYBODY, subject })).id;
  }

  /** AWS refuses to take the start, with the cause in `message`. */
  async function tryInVain({ db }: TaskHarness, id: string, message: string): Promise<void> {
    await db.write((tx) => storeAttempt(tx, id, 0));
    const task = await findTask(db.sql, id);
    if (task === null) throw new Error('the start is gone');
    const item = { task, awsClientToken: '', dueAt: 0, attemptCount: 1, firstAttemptAt: 0, mayHaveReached: false };
    await postponeStart(db.sql, item, { dueAt: 1, message, mayHaveReached: false, now: 0 });
  }

  async function seenBy(
    { db }: TaskHarness,
    viewer: Viewer,
  ): Promise<Pick<PartnerCentralStatus, 'queuedCount' | 'inProgressCount' | 'waitingFor'>> {
    const { queuedCount, inProgressCount, waitingFor } = await statusOf(configOf({}), db, { name: 'AWS' }, viewer);
    return { queuedCount, inProgressCount, waitingFor };
  }

  async function harnessWithStarts(): Promise<TaskHarness> {
    const harness = await openTaskHarness({ startWaitMs: 0 });
    const annWaits = await start(harness, 'ann', 'AWS');
    const benWaits = await start(harness, 'ben', 'SANDBOX');
    await start(harness, 'ben', 'SANDBOX');
    const benRuns = await start(harness, 'ben', 'AWS');
    const { db, telemetry } = harness;
    await recordObservation(db, telemetry, await db.write(beginEpoch), benRuns, {
      type: 'answered',
      answer: answerWith(),
    });
    await tryInVain(harness, annWaits, 'AWS fails for O-ann.');
    await tryInVain(harness, benWaits, 'AWS fails for O-ben.');
    return harness;
  }

  test.each([
    ['all tasks', EVERYBODY, { queuedCount: 3, inProgressCount: 1, waitingFor: 'AWS fails for O-ann.' }],
    ["ann's own tasks", ann, { queuedCount: 1, inProgressCount: 0, waitingFor: 'AWS fails for O-ann.' }],
    ["ben's own tasks", ben, { queuedCount: 2, inProgressCount: 1, waitingFor: 'AWS fails for O-ben.' }],
    ['the tasks of one catalog', inSandbox, { queuedCount: 2, inProgressCount: 0, waitingFor: 'AWS fails for O-ben.' }],
    [
      "ann's own tasks of the other catalog",
      { ...ann, catalogs: ['SANDBOX'] },
      { queuedCount: 0, inProgressCount: 0, waitingFor: null },
    ],
    [
      'no task, because no subject is known',
      { ...ann, subject: null },
      { queuedCount: 0, inProgressCount: 0, waitingFor: null },
    ],
    ['no task', { ...ann, reads: 'none' }, { queuedCount: 0, inProgressCount: 0, waitingFor: null }],
  ] as const)('a viewer of %s sees the counts and the wait of these tasks alone', async (_what, viewer, seen) => {
    expect(await seenBy(await harnessWithStarts(), viewer)).toEqual(seen);
  });

  test('the wait is explained by a start that AWS refused to take, even if an older start is in flight', async () => {
    const harness = await openTaskHarness({ startWaitMs: 0 });
    const older = await start(harness, 'ann', 'AWS');
    await tryInVain(harness, await start(harness, 'ann', 'AWS'), 'AWS fails for O-ann.');
    await harness.db.write((tx) => storeAttempt(tx, older, 0));
    expect(await seenBy(harness, ann)).toMatchObject({ queuedCount: 2, waitingFor: 'AWS fails for O-ann.' });
    expect((await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, harness.db)).reasons).toEqual([
      'Starts are waiting: AWS fails for O-ann.',
    ]);
  });

  test('the metrics count the tasks of all callers', async () => {
    const harness = await harnessWithStarts();
    expect(await gaugesOf(configOf({}), harness.db, harness.hub)).toMatchObject({ queuedCount: 3, inProgressCount: 1 });
  });

  test('only a viewer with a waiting start sees that the daily writes are spent', async () => {
    const clock = createManualClock();
    const harness = await openTaskHarness({ clock, startWaitMs: 0 });
    await start(harness, 'ann', 'AWS');
    const config = { ...configOf({}), writes: { perSecond: 1, perDay: 1 } };
    await harness.db.write((tx) => takePermit(harness.db, tx, 'writes', config.writes));
    const waitingFor = async (viewer: Viewer) =>
      (await statusOf(config, harness.db, { name: 'AWS' }, viewer)).waitingFor;
    expect(await waitingFor(ann)).toContain("The day's quota of writes is spent");
    expect(await waitingFor(ben)).toBeNull();
  });
});

describe('readiness without a write', () => {
  const found = async (code: string, message: string): Promise<Readiness> =>
    readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, (await openTaskHarness()).db, () =>
      Promise.reject(Object.assign(new Error(message), { code })),
    );

  test.each([
    [
      '57014',
      'canceling statement due to statement timeout',
      /ends statements .* before they are done \(canceling .*\)\. Raise statement_timeout/,
    ],
    ['57P01', 'terminating connection', /^The database does not answer\.$/],
    [
      '23514',
      'a secret',
      /^The database refuses to write, and the gateway does not know the cause \(23514\)\. Look into the log/,
    ],
    ['', 'a secret', /does not know the cause \(no code\)/],
  ])('an error with the code %p is named as the cause', async (code, message, reason) => {
    expect(await found(code, message)).toEqual({ ready: false, reasons: [expect.stringMatching(reason)] });
  });
});

describe('readiness for all callers', () => {
  const READY: Readiness = { ready: true, reasons: [] };
  const full = () => Promise.reject(new Error('full'));

  function asked(writes: readonly (() => Promise<void>)[]) {
    const clock = createManualClock();
    const lines: string[] = [];
    let count = 0;
    const write = (): Promise<void> => {
      count += 1;
      return writes[count - 1]?.() ?? Promise.resolve();
    };
    const find = (tryWrite: () => Promise<void>): Promise<Readiness> =>
      tryWrite().then(
        () => READY,
        (error: unknown) => ({ ready: false, reasons: [String(error)] }),
      );
    return {
      clock,
      lines,
      ready: createReadiness({ find, write, clock, log: { warn: (line) => lines.push(line) } }),
      count: () => count,
    };
  }

  test('callers that ask at the same time share one write, and the next write follows two seconds later', async () => {
    const { clock, ready, count } = asked([]);
    expect(await Promise.all([ready(), ready(), ready()])).toEqual([READY, READY, READY]);
    await clock.advance(1999);
    await ready();
    expect(count()).toBe(1);
    await clock.advance(1);
    await ready();
    expect(count()).toBe(2);
  });

  test('a failed write is repeated at each question', async () => {
    const { ready, count } = asked([full, full]);
    expect([await ready(), await ready(), await ready()].map((found) => found.ready)).toEqual([false, false, true]);
    expect(count()).toBe(3);
  });

  test('readiness is denied after two seconds without an answer, and the write continues', async () => {
    let answer: () => void = () => {};
    const { clock, ready, count } = asked([() => new Promise((resolve) => (answer = resolve))]);
    const first = ready();
    await clock.advance(1999);
    const second = ready();
    await clock.advance(1);
    expect(await first).toEqual({ ready: false, reasons: ['The database does not answer.'] });
    answer();
    expect(await second).toEqual(READY);
    expect(count()).toBe(1);
  });

  test('the log has a line when readiness ends and when it returns, and not for each question', async () => {
    const { clock, lines, ready } = asked([full, full, () => Promise.resolve()]);
    for (let question = 0; question < 5; question += 1) {
      await ready();
      await clock.advance(500);
    }
    expect(lines).toEqual(['Not ready: Error: full', 'Ready again.']);
  });
});

test('the write of readiness leaves no row behind', async () => {
  const { db } = await harnessWith(0);
  await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, db);
  await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, db);
  expect(await db.sql.selectFrom('quota_totals').selectAll().execute()).toEqual([]);
  expect(await db.sql.selectFrom('log_head').select('position').execute()).toEqual([{ position: 0 }]);
});

test('a clock jump is detected within seconds, logged once, and reported to clients and load balancers for an hour', async () => {
  const clock = createManualClock();
  const { db, telemetry } = await openTaskHarness({ clock, startWaitMs: 0 });
  const logged: string[] = [];
  const clocks = createClockNotices({
    db,
    clock,
    telemetry: {
      unexpected: (what, error) => telemetry.unexpected(what, error),
      log: { warn: (message) => logged.push(message) },
    },
  });
  const said = async () => {
    const { clockJump } = await statusOf(configOf({}), db, { name: 'AWS' }, EVERYBODY, () => clocks.notices());
    return {
      clockJump,
      readiness: await readinessOf({ reads: READS, pollMinMs: 1000, pollMaxMs: 30_000 }, db, undefined, undefined, () =>
        clocks.notices(),
      ),
    };
  };
  const ending = new AbortController();
  const watching = clocks.watch(ending.signal);
  await clock.advance(SECOND);
  expect(await said()).toEqual({ clockJump: null, readiness: { ready: true, reasons: [] } });
  clock.jump(-HOUR);
  await clock.advance(5 * SECOND);
  const sentence = expect.stringContaining('The clock of this machine was set back by 60 minutes.');
  expect(await said()).toEqual({ clockJump: sentence, readiness: { ready: true, reasons: [sentence] } });
  await clock.advance(HOUR);
  expect(await said()).toEqual({ clockJump: null, readiness: { ready: true, reasons: [] } });
  expect(logged).toEqual([sentence]);
  ending.abort();
  await watching;
});
