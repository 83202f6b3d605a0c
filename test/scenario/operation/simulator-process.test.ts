/** The simulator as a process of its own reports wrong settings like the gateway. */
import { describe, expect, test } from '@jest/globals';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { SIMULATOR, spawnNode } from '../../support/programs/process.js';

describe('The simulator as a process', () => {
  test.each([
    ['CHAOS_RATE', '7', 'CHAOS_RATE is "7". Expected a number from 0 to 1, for example 0.'],
    ['CHAOS_SEED', 'abc', 'CHAOS_SEED is "abc". Expected a number from 0, for example 1.'],
    ['SPEED', '0', 'SPEED is "0". Expected a number from 0.001, for example 1.'],
    ['PORT', '99999', 'PORT is "99999". Expected a number from 0 to 65535, for example 4100.'],
    ['LATENCY_MS', 'soon', 'LATENCY_MS is "soon". Expected a number from 0, for example 0.'],
  ])('the simulator does not start with %s=%s', async (name, value, message) => {
    const simulator = spawnNode(SIMULATOR, { PORT: '0', [name]: value });
    expect(await simulator.ended).toEqual({ code: 2, signal: null });
    expect(simulator.stderr()).toBe(`${message}\n`);
  });

  test('a port in use is reported with advice', async () => {
    const first = spawnNode(SIMULATOR, { PORT: '0' });
    const [, port = ''] = await first.waitFor(/ready at http:\/\/[^:]+:(\d+)/);
    const second = spawnNode(SIMULATOR, { PORT: port });
    expect(await second.ended).toEqual({ code: 1, signal: null });
    const what = `port ${port} of this machine is in use. Stop what listens there, or set PORT to another port (0 picks a free one).`;
    expect(second.stderr()).toBe(`The simulator could not start: ${what}\n`);
    first.child.kill('SIGTERM');
    await first.ended;
  });

  test('an unusable file is reported with the setting to change', async () => {
    const journal = temporaryDirectory();
    const simulator = spawnNode(SIMULATOR, { PORT: '0', JOURNAL: journal });
    expect(await simulator.ended).toEqual({ code: 1, signal: null });
    expect(simulator.stderr()).toMatch(/^The simulator could not start: EISDIR.*\. Set JOURNAL to another file\.\n$/);
  });
});
