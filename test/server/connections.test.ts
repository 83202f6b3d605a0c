/** One loop keeps the time of all connections, and does not keep the others waiting meanwhile. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createConnections, type Connection } from '../../src/server/connections.js';
import { createManualClock } from '../support/manual-clock.js';

const COUNT = 2000;

describe('the loop over connections', () => {
  test('wakes all that are due, a few at a time, and leaves out those that have gone meanwhile', async () => {
    const clock = createManualClock();
    const connections = createConnections({ clock, telemetry: { unexpected: () => {} }, slotsPerSubject: 1 });
    let woken = 0;
    const due = (wake: () => void): Connection => ({ dueAt: () => 0, wake, restart: () => {}, destroy: () => {} });
    const last = due(() => {
      throw new Error('woken after it had gone');
    });
    for (let index = 0; index < COUNT; index += 1) connections.add(due(() => (woken += 1)));
    connections.add(last);
    await clock.whenAsleep();
    const advanced = clock.advance(250);
    let most = 0;
    for (let before = 0; woken < COUNT; before = woken) {
      await turnOfTheLoop();
      most = Math.max(most, woken - before);
      if (woken > 0) connections.remove(last);
    }
    await advanced;
    expect(woken).toBe(COUNT);
    expect(most).toBeLessThan(40);
    await connections.close();
  });
});
