import { describe, expect, test } from '@jest/globals';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import type { Hub } from '../../src/transitions/hub.js';
import { wakeOnTransition } from '../../src/worker/wake-on-transition.js';
import { accepted, fromEngagement, fromOpportunity, openTaskHarness } from '../support/harness/task-harness.js';

/** Opens a loop that concerns tasks of one kind. `wokenAfter` returns its wake-ups after the hub has seen a start. */
async function openLoop(around: (hub: Hub) => Hub = (hub) => hub) {
  const { hub, tasks } = await openTaskHarness({ startWaitMs: 0 });
  let woken = 0;
  const end = wakeOnTransition(
    around(hub),
    ({ input }) => input.kind === 'OPPORTUNITY_FROM_ENGAGEMENT',
    () => (woken += 1),
  );
  return {
    end,
    async wokenAfter(input: TaskInput): Promise<number> {
      const notified = new Promise<void>((resolve) => {
        const detach = hub.attach(null, () => {
          detach();
          resolve();
        });
      });
      await accepted(tasks, input);
      await notified;
      return woken;
    },
  };
}

describe('wakeOnTransition', () => {
  test('a loop is woken by transitions that concern it, and by no others, until it detaches', async () => {
    const loop = await openLoop();
    expect(await loop.wokenAfter(fromOpportunity())).toBe(0);
    expect(await loop.wokenAfter(fromEngagement())).toBe(1);
    expect(await loop.wokenAfter(fromOpportunity())).toBe(1);
    loop.end();
    expect(await loop.wokenAfter(fromEngagement())).toBe(1);
  });

  test('a loop is woken when the new transitions are unknown', async () => {
    const loop = await openLoop((hub) => ({ ...hub, recent: () => null }));
    expect(await loop.wokenAfter(fromOpportunity())).toBe(1);
  });
});
