/** A process with a low limit of descriptors, and clients that try to keep all of them open. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { createSimulator } from '../../../src/partner-central/simulator/simulator.js';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { GATEWAY, isRunning, spawnProcess } from '../../support/programs/process.js';
import { openConnection, type RawConnection } from '../../support/clients/raw-connection.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { until } from '../../support/clients/waiting.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

const DESCRIPTORS = 256;

async function spawnLimited(env: Record<string, string> = {}) {
  const command =
    `ulimit -n ${DESCRIPTORS}; exec ${process.execPath} ` +
    `${join(resolve(import.meta.dirname, '../../..'), GATEWAY)}`;
  const gateway = spawnProcess('bash', ['-c', command], { PORT: '0', DATA_DIR: ':memory:', DRAIN_MS: '0', ...env });
  const [, url = ''] = await gateway.waitFor(/URL +(\S+)[^]*curl/);
  return { gateway, url };
}

test('a gateway with 256 descriptors answers within seconds after 300 refused connections stay half open', async () => {
  const { gateway, url } = await spawnLimited();
  const connections: RawConnection[] = [];
  for (let count = 0; count < 300; count += 1) {
    const connection = await openConnection(url);
    connections.push(connection);
    connection.socket.write(webSocketRequest('/elsewhere', new URL(url).host));
    // Sends more than the server reads, then ends this direction; the other one stays open.
    connection.socket.end('x'.repeat(1000));
  }
  const begunAt = performance.now();
  const answer = await fetch(new URL('/health/live', url));
  expect(answer.status).toBe(200);
  expect(performance.now() - begunAt).toBeLessThan(8000);
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
  for (const { socket } of connections) socket.destroy();
});

test('a gateway for AWS reads the files of the SDK at its start, so that later it needs no descriptor for them', async () => {
  const simulator = await createSimulator();
  whenDone(() => simulator.close());
  const directory = temporaryDirectory();
  const pathOf = (name: string) => join(directory, name);
  const keys = '{"Version":1,"AccessKeyId":"x","SecretAccessKey":"y"}';
  writeFileSync(pathOf('keys.sh'), `echo $$ >${pathOf('pid')}\necho '${keys}'\n`);
  writeFileSync(pathOf('config'), `[default]\ncredential_process = sh ${pathOf('keys.sh')}\n`);
  const { gateway, url } = await spawnLimited({
    START_WAIT_MS: '0',
    UPSTREAM: 'aws',
    PARTNER_CENTRAL_ENDPOINT: simulator.endpoint,
    AWS_CONFIG_FILE: pathOf('config'),
    AWS_SHARED_CREDENTIALS_FILE: pathOf('credentials'),
  });
  // The pipes of this program are descriptors of the gateway, which would be free for the start after its end.
  await until(() => existsSync(pathOf('pid')) && !isRunning(Number(readFileSync(pathOf('pid'), 'utf8'))));
  const client = openRawSocket(url);
  await client.init();
  const ask = async (query: string) => {
    client.send({ id: '1', type: 'subscribe', payload: { query } });
    const answer = await client.next();
    expect(await client.next()).toEqual({ id: '1', type: 'complete' });
    return answer.payload.data;
  };
  const connections: RawConnection[] = [];
  // The server closes a connection for which it has no descriptor, so then all are taken.
  const isFull = () => connections.some(({ socket }) => socket.readableEnded);
  while (!isFull()) connections.push(await openConnection(url));
  const input = '{ catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL } }';
  const started = await ask(`mutation { startEngagementFromOpportunityTask(input: ${input}) { task { id } } }`);
  const { id } = started.startEngagementFromOpportunityTask.task;
  const task = async () => (await ask(`{ task(id: "${id}") { status message } }`)).task;
  await until(async () => (await task()).message?.includes('ulimit -n'));
  for (const { socket } of connections) socket.destroy();
  await until(async () => (await task()).status === 'COMPLETE');
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});
