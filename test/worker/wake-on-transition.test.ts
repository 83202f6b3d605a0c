import { describe, expect, test } from '@jest/globals';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import type { Hub } from '../../src/transitions/hub.js';
import { wakeOnTransition } from '../../src/worker/wake-on-transition.js';
import { accepted, fromEngagement, fromOpportunity, openTaskHarness } from '../support/harness/task-harness.js';

/** A loop that is concerned by tasks of one kind, with how often it has been woken when the hub has told of a start. */
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
      const told = new Promise<void>((resolve) => {
        const detach = hub.attach(null, () => {
          detach();
          resolve();
        });
      });
      await accepted(tasks, input);
      await told;
      return woken;
    },
  };
}

describe('a loop of the worker', () => {
  test('is woken when the log has grown by what concerns it, and by nothing else, until it ends that', async () => {
    const loop = await openLoop();
    expect(await loop.wokenAfter(fromOpportunity())).toBe(0);
    expect(await loop.wokenAfter(fromEngagement())).toBe(1);
    expect(await loop.wokenAfter(fromOpportunity())).toBe(1);
    loop.end();
    expect(await loop.wokenAfter(fromEngagement())).toBe(1);
  });

  test('is woken when only the log knows by what it has grown', async () => {
    const loop = await openLoop((hub) => ({ ...hub, recent: () => null }));
    expect(await loop.wokenAfter(fromOpportunity())).toBe(1);
  });
});
