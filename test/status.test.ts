/** What a load balancer and whoever reads beside it are told. */
import { describe, expect, test } from '@jest/globals';
import { takePermission } from '../src/partner-central/quota.js';
import { readinessOf } from '../src/status.js';
import { beginEpoch } from '../src/transitions/log.js';
import { accepted, answerWith, fromOpportunity, openCore, type Core } from './support/core.js';
import { createManualClock } from './support/manual-clock.js';
import { recordObservation } from './support/record.js';

const READS = { perSecond: 1000, perDay: 10 };
const SPENT = "The day's quota of reads is spent: news of tasks comes when the oldest call is 24 hours old.";

async function coreWith(reads: number) {
  const clock = createManualClock();
  const core = await openCore({ clock, startWaitMs: 0 });
  for (let count = 0; count < reads; count += 1) {
    await clock.advance(1000);
    await core.db.write((tx) => takePermission(core.db, tx, 'reads', READS));
  }
  return core;
}

async function taskThatIs(status: 'IN_PROGRESS' | 'COMPLETE', { db, tasks, telemetry }: Core): Promise<void> {
  const { id } = await accepted(tasks, fromOpportunity());
  await recordObservation(db, telemetry, await db.write(beginEpoch), id, { type: 'answered', answer: answerWith({ status }) }, 0);
}

describe('a gateway whose reads of the day are spent', () => {
  test('is ready, and says why no news comes of a task in progress', async () => {
    const core = await coreWith(9);
    await taskThatIs('IN_PROGRESS', core);
    expect(await readinessOf({ reads: READS }, core.db)).toEqual({ ready: true, reasons: [SPENT] });
  });

  test.each(['QUEUED', 'COMPLETE'] as const)('says nothing of it while its only task is %s', async (status) => {
    const core = await coreWith(9);
    if (status === 'COMPLETE') await taskThatIs(status, core);
    else await accepted(core.tasks, fromOpportunity());
    expect(await readinessOf({ reads: READS }, core.db)).toEqual({ ready: true, reasons: [] });
  });
});

test('a gateway with reads enough says nothing of them', async () => {
  const core = await coreWith(2);
  await taskThatIs('IN_PROGRESS', core);
  expect(await readinessOf({ reads: READS }, core.db)).toEqual({ ready: true, reasons: [] });
});
