/** One loop keeps the time of all connections, and does not keep the others waiting meanwhile. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createConnections, type Connection } from '../../../src/server/lifecycle/connections.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const COUNT = 2000;

describe('the loop over connections', () => {
  test('wakes all that are due, a few at a time, and leaves out those that have gone meanwhile', async () => {
    const clock = createManualClock();
    const connections = createConnections({ clock, telemetry: { unexpected: () => {} }, slotsPerSubject: 1 });
    let woken = 0;
    const due = (wake: () => void): Connection => ({
      dueAt: () => 0,
      wake,
      restart: () => {},
      abandon: () => {},
      destroy: () => {},
    });
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
    expect(most).toBeLessThan(20);
    await connections.close();
  });

  test('looks at many a few at a time, spread over the whole of a tick', async () => {
    const clock = createManualClock();
    const connections = createConnections({ clock, telemetry: { unexpected: () => {} }, slotsPerSubject: 1 });
    let begunAt = clock.now();
    const looks = new Map<number, number>();
    const dueAt = (): number => {
      const at = clock.now() - begunAt;
      looks.set(at, (looks.get(at) ?? 0) + 1);
      return Infinity;
    };
    for (let index = 0; index < COUNT; index += 1)
      connections.add({ dueAt, wake: () => {}, restart: () => {}, abandon: () => {}, destroy: () => {} });
    // The first walk began when there was only one.
    await clock.advance(250);
    await clock.whenAsleep();
    begunAt = clock.now();
    looks.clear();
    while (clock.now() - begunAt < 250) {
      await clock.advance(1);
      await clock.whenAsleep();
    }
    expect([...looks.values()].reduce((sum, count) => sum + count, 0)).toBe(COUNT);
    expect(Math.max(...looks.values())).toBeLessThanOrEqual(256);
    expect(Math.min(...looks.keys())).toBeLessThan(40);
    expect(Math.max(...looks.keys())).toBeGreaterThan(230);
    await connections.close();
  });
});

test('connections that come together begin their rhythms evenly spread, and a single one after a whole interval', () => {
  const connections = createConnections({
    clock: createManualClock(),
    telemetry: { unexpected: () => {} },
    slotsPerSubject: 1,
  });
  const phases = Array.from({ length: COUNT }, () => connections.phase()).sort((a, b) => a - b);
  expect(phases.at(-1)).toBe(1);
  const gaps = phases.map((phase, index) => phase - (phases[index - 1] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps)).toBeLessThan(2 / COUNT);
});
