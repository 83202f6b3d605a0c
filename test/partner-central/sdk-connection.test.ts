import { describe, expect, test } from '@jest/globals';
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { MINUTE, SECOND, type Clock } from '../../src/runtime/clock.js';
import { createConnection, type ConnectionOptions } from '../../src/partner-central/sdk-connection.js';
import { closeLater, isSettled } from '../support/harness/task-harness.js';
import { createManualClock } from '../support/fakes/manual-clock.js';

const KEYS = { accessKeyId: 'x', secretAccessKey: 'y' };

function connectWith(credentials: ConnectionOptions['credentials'], clock = createManualClock(Date.now())) {
  let waits = 0;
  const counted: Clock = { ...clock, sleep: (ms, signal) => ((waits += 1), clock.sleep(ms, signal)) };
  const connection = createConnection({
    region: 'us-east-1',
    endpoint: 'http://127.0.0.1:1',
    credentials,
    clock: counted,
  });
  closeLater(() => connection.close());
  /** True if `prepare` did not wait. */
  const isPrepared = async (): Promise<boolean> => {
    const before = waits;
    await connection.prepare();
    return waits === before;
  };
  return { clock, connection, isPrepared };
}

describe('createConnection', () => {
  test('a connection is prepared once the SDK is loaded and has credentials', async () => {
    const { isPrepared } = connectWith(KEYS);
    expect(await isPrepared()).toBe(false);
    expect(await isPrepared()).toBe(true);
  });

  test('a connection is not prepared in the last five minutes of its credentials', async () => {
    const { clock, connection, isPrepared } = connectWith(async () => ({
      ...KEYS,
      expiration: new Date(clock.now() + 15 * MINUTE),
    }));
    await connection.prepare();
    await clock.advance(10 * MINUTE - 1);
    expect(await isPrepared()).toBe(true);
    await clock.advance(1);
    expect(await isPrepared()).toBe(false);
  });

  test('a connection is prepared again with fresh credentials', async () => {
    let lifeMs = 1 * MINUTE;
    const { clock, connection, isPrepared } = connectWith(async () => ({
      ...KEYS,
      expiration: new Date(clock.now() + lifeMs),
    }));
    await connection.prepare();
    expect(await isPrepared()).toBe(false);
    lifeMs = 60 * MINUTE;
    await connection.prepare();
    expect(await isPrepared()).toBe(true);
  });

  test('a connection without credentials leaves the error to the call', async () => {
    const { clock, connection, isPrepared } = connectWith(() => Promise.reject(new Error('no credentials')));
    await connection.prepare();
    expect(await isPrepared()).toBe(false);
    expect(clock.sleepers()).toBe(0);
  });

  test('an answer of another service is bounded, and its texts stay unchanged', async () => {
    const sessionToken = 't'.repeat(9000);
    let body = JSON.stringify({ sessionToken });
    const server = createServer((_, response) => response.end(body));
    await once(server.listen(0, '127.0.0.1'), 'listening');
    closeLater(() => server.close());
    const { port } = server.address() as AddressInfo;
    const { connection } = connectWith(KEYS);
    const { client } = await connection.connect();
    const question = {
      protocol: 'http:',
      hostname: '127.0.0.1',
      port,
      method: 'GET',
      path: '/',
      query: {},
      headers: {},
    };
    const ask = () => client.config.requestHandler.handle(Object.assign(question, { clone: () => question }));
    const { response } = await ask();
    expect(JSON.parse(Buffer.from(response.body).toString())).toEqual({ sessionToken });
    body = ' '.repeat(5 * 1024 * 1024);
    await expect(ask()).rejects.toThrow('too large');
  });

  test('prepare waits ten seconds for credentials and no longer', async () => {
    const { clock, connection } = connectWith(() => new Promise(() => {}));
    const preparing = connection.prepare();
    await clock.advance(10 * SECOND - 1);
    expect(await isSettled(preparing)).toBe(false);
    await clock.advance(1);
    await preparing;
  });

  test('prepare stops waiting when its signal aborts', async () => {
    const { connection } = connectWith(() => new Promise(() => {}));
    const leaving = new AbortController();
    const preparing = connection.prepare(leaving.signal);
    expect(await isSettled(preparing)).toBe(false);
    leaving.abort();
    await preparing;
    await connection.prepare(leaving.signal);
  });
});
