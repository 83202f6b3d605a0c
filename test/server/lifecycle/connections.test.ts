/** One loop keeps the times of all connections, and does not block other work of the server. */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { createConnections, type Connection } from '../../../src/server/lifecycle/connections.js';
import { createManualClock } from '../../support/fakes/manual-clock.js';

const COUNT = 2000;

describe('createConnections', () => {
  test('the loop wakes all due connections, a few at a time, and skips those that closed in between', async () => {
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

  test('the loop visits many connections a few at a time, spread over a whole tick', async () => {
    const clock = createManualClock();
    const connections = createConnections({ clock, telemetry: { unexpected: () => {} }, slotsPerSubject: 1 });
    let begunAt = clock.now();
    const visits = new Map<number, number>();
    const dueAt = (): number => {
      const at = clock.now() - begunAt;
      visits.set(at, (visits.get(at) ?? 0) + 1);
      return Infinity;
    };
    for (let index = 0; index < COUNT; index += 1)
      connections.add({ dueAt, wake: () => {}, restart: () => {}, abandon: () => {}, destroy: () => {} });
    // The first tick began when there was only one connection.
    await clock.advance(250);
    await clock.whenAsleep();
    begunAt = clock.now();
    visits.clear();
    while (clock.now() - begunAt < 250) {
      await clock.advance(1);
      await clock.whenAsleep();
    }
    expect([...visits.values()].reduce((sum, count) => sum + count, 0)).toBe(COUNT);
    expect(Math.max(...visits.values())).toBeLessThanOrEqual(256);
    expect(Math.min(...visits.keys())).toBeLessThan(40);
    expect(Math.max(...visits.keys())).toBeGreaterThan(230);
    await connections.close();
  });
});

test('connections that open together start their heartbeats evenly spread, and a single one after a whole interval', () => {
  const connections = createConnections({
    clock: createManualClock(),
    telemetry: { unexpected: () => {} },
    slotsPerSubject: 1,
  });
  const phases = Array.from({ length: COUNT }, () => connections.jitter()).sort((a, b) => a - b);
  expect(phases.at(-1)).toBe(1);
  const gaps = phases.map((phase, index) => phase - (phases[index - 1] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(0);
  expect(Math.max(...gaps)).toBeLessThan(2 / COUNT);
});
