import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../src/clock.js';
import { createConnection, type ConnectionOptions } from '../../src/partner-central/connection.js';
import { closeLater, isSettled } from '../support/core.js';
import { createManualClock } from '../support/manual-clock.js';

const KEYS = { accessKeyId: 'x', secretAccessKey: 'y' };

function connectWith(credentials: ConnectionOptions['credentials'], clock = createManualClock(Date.now())) {
  const connection = createConnection({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1', credentials, clock });
  closeLater(() => connection.close());
  return { clock, connection };
}

describe('a connection', () => {
  test('is prepared once the SDK is loaded and credentials are there', async () => {
    const { connection } = connectWith(KEYS);
    expect(connection.isPrepared()).toBe(false);
    await connection.prepare();
    expect(connection.isPrepared()).toBe(true);
  });

  test('is no longer prepared when the SDK would renew its credentials before the call: five minutes before they expire', async () => {
    const { clock, connection } = connectWith(async () => ({ ...KEYS, expiration: new Date(clock.now() + 15 * MINUTE) }));
    await connection.prepare();
    await clock.advance(10 * MINUTE - 1);
    expect(connection.isPrepared()).toBe(true);
    await clock.advance(1);
    expect(connection.isPrepared()).toBe(false);
  });

  test('is prepared again with credentials that last', async () => {
    let lifeMs = 1 * MINUTE;
    const { clock, connection } = connectWith(async () => ({ ...KEYS, expiration: new Date(clock.now() + lifeMs) }));
    await connection.prepare();
    expect(connection.isPrepared()).toBe(false);
    lifeMs = 60 * MINUTE;
    await connection.prepare();
    expect(connection.isPrepared()).toBe(true);
  });

  test('leaves it to the call to say that there are no credentials', async () => {
    const { clock, connection } = connectWith(() => Promise.reject(new Error('no credentials')));
    await connection.prepare();
    expect(connection.isPrepared()).toBe(false);
    expect(clock.sleepers()).toBe(0);
  });

  test('waits ten seconds for credentials and no longer', async () => {
    const { clock, connection } = connectWith(() => new Promise(() => {}));
    const preparing = connection.prepare();
    await clock.advance(10 * SECOND - 1);
    expect(await isSettled(preparing)).toBe(false);
    await clock.advance(1);
    await preparing;
    expect(connection.isPrepared()).toBe(false);
  });

  test('waits for credentials only as long as whoever asks', async () => {
    const { connection } = connectWith(() => new Promise(() => {}));
    const leaving = new AbortController();
    const preparing = connection.prepare(leaving.signal);
    expect(await isSettled(preparing)).toBe(false);
    leaving.abort();
    await preparing;
    await connection.prepare(leaving.signal);
  });
});
