/** A process with a low limit of descriptors, and clients that try to keep all of them open. */
import { join, resolve } from 'node:path';
import { expect, test } from '@jest/globals';
import { GATEWAY, spawnProcess } from '../../support/programs/process.js';
import { openConnection, type RawConnection } from '../../support/clients/raw-connection.js';
import { webSocketRequest } from '../../support/clients/websocket-request.js';

const DESCRIPTORS = 256;

test('a gateway with 256 descriptors answers within seconds after 300 refused connections stay half open', async () => {
  const command =
    `ulimit -n ${DESCRIPTORS}; exec ${process.execPath} ` +
    `${join(resolve(import.meta.dirname, '../../..'), GATEWAY)}`;
  const gateway = spawnProcess('bash', ['-c', command], { PORT: '0', DATA_DIR: ':memory:', DRAIN_MS: '0' });
  const [, url = ''] = await gateway.waitFor(/URL +(\S+)[^]*curl/);
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
