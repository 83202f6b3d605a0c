import { expect, test } from '@jest/globals';
import { start, startGateway } from '../../support/harness/gateway.js';

const STARTS = 500;
const PER_SECOND = 50;

test('a burst of 500 starts is sent in order, each once, without a ThrottlingException', async () => {
  const sent: string[] = [];
  const gateway = await startGateway(
    // Long poll intervals keep the calls of the poller out of the test.
    { START_WAIT_MS: '0', WRITES_PER_SECOND: String(PER_SECOND), POLL_MIN_MS: '60000', POLL_MAX_MS: '60000' },
    { writesPerSecond: PER_SECOND, speed: 100 },
    {
      partnerCentral: (real) => ({
        ...real,
        startTask(input, clientToken) {
          sent.push(input.identifier);
          return real.startTask(input, clientToken);
        },
      }),
    },
  );
  // The starts are made one after the other, so that the order of acceptance is known.
  for (let n = 0; n < STARTS; n += 1) await start(gateway, `O6${String(n).padStart(4, '0')}`);
  const calls = () => gateway.simulator.calls().filter((call) => call.operation.startsWith('Start'));
  while (calls().length < STARTS || calls().some((call) => call.outcome === 'pending'))
    await new Promise((resolve) => setTimeout(resolve, 20));

  expect(calls().filter((call) => call.outcome !== 'ok')).toEqual([]);
  expect(calls()).toHaveLength(STARTS);
  expect(sent).toEqual([...sent].sort());
  const times = calls().map((call) => call.at);
  const seconds = (Math.max(...times) - Math.min(...times)) / 1000;
  console.info(
    `burst: ${STARTS} starts in ${seconds.toFixed(2)} s, ${(STARTS / seconds).toFixed(1)} of ${PER_SECOND} a second`,
  );
}, 180_000);
