/** A process whose data cannot be used explains why and ends. A process that waits for its database can be stopped. */
import { existsSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { GATEWAY, spawnGateway, spawnNode } from '../../support/programs/process.js';

// Only Linux has /proc, in which no directory can be created.
(existsSync('/proc/self') ? test : test.skip)(
  'a DATA_DIR below /proc ends the process with 1 and a message with the directory',
  async () => {
    const gateway = spawnNode(GATEWAY, { PORT: '0', DATA_DIR: '/proc/x/y' });
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    expect(gateway.stderr()).toMatch(
      /the data directory \/proc\/x\/y cannot be written \(ENOENT\).*set another DATA_DIR/,
    );
  },
);

test('a DATA_DIR that is a file ends the process with 1 and a message with the file', async () => {
  const file = join(temporaryDirectory(), 'data');
  writeFileSync(file, '');
  const gateway = spawnNode(GATEWAY, { PORT: '0', DATA_DIR: file });
  expect(await gateway.ended).toEqual({ code: 1, signal: null });
  expect(gateway.stderr()).toContain(
    `the data directory ${file} is not a directory and cannot be made: something else is there. Set DATA_DIR to ` +
      `another`,
  );
});

test('a gateway that waits for its database to answer ends on SIGTERM', async () => {
  // The socket must be read, because an unread one would keep this process alive after its end.
  const silent = createServer((socket) => socket.on('error', () => {}).resume()).listen(0, '127.0.0.1');
  whenDone(() => silent.close());
  await new Promise((resolve) => silent.once('listening', resolve));
  const { port } = silent.address() as AddressInfo;
  const gateway = spawnNode(GATEWAY, { PORT: '0', DATABASE_URL: `postgres://someone:word@127.0.0.1:${port}/data` });
  await new Promise((resolve) => silent.once('connection', resolve));
  gateway.child.kill('SIGTERM');
  expect(await gateway.ended).toEqual({ code: 0, signal: null });
});

test('a damaged database ends the process with 1 and advice, and stays unchanged', async () => {
  const directory = temporaryDirectory();
  const whole = await spawnGateway({ DATA_DIR: directory });
  whole.child.kill('SIGTERM');
  await whole.ended;
  const file = join(directory, 'gateway.db');
  const damaged = readFileSync(file).fill(0xff, 8192, 12288);
  writeFileSync(file, damaged);
  const gateway = spawnNode(GATEWAY, { PORT: '0', DATA_DIR: directory });
  expect(await gateway.ended).toEqual({ code: 1, signal: null });
  expect(gateway.stderr()).toMatch(
    /The gateway could not start: .*gateway\.db is damaged \(.*Move DATA_DIR away.*backup of DATA_DIR/,
  );
  expect(readFileSync(file).subarray(8192, 12288).equals(damaged.subarray(8192, 12288))).toBe(true);
});
