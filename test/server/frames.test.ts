/** What is sent as a frame is what a client of another make reads, whatever its length, and what belongs together is written together. */
import { once } from 'node:events';
import { createServer } from 'node:http';
import { Duplex } from 'node:stream';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { WebSocket, WebSocketServer } from 'ws';
import { createFrames, frameOf } from '../../src/server/frames.js';

/** A connection that keeps what is written to it, one entry for each call of the system. */
function connection() {
  const calls: Buffer[][] = [];
  const stream = new Duplex({
    read: () => {},
    write(chunk: Buffer, _encoding, done) {
      calls.push([chunk]);
      done();
    },
    writev(chunks, done) {
      calls.push(chunks.map(({ chunk }) => chunk));
      done();
    },
  });
  return { stream, calls };
}

/** What a client makes of these bytes, up to that many messages. */
async function read(bytes: Buffer, count: number): Promise<string[]> {
  const upgrades = new WebSocketServer({ noServer: true });
  const server = createServer().on('upgrade', (request, socket, head) => upgrades.handleUpgrade(request, socket, head, () => socket.write(bytes)));
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const address = server.address();
  if (address === null || typeof address === 'string') throw new Error('no port');
  const client = new WebSocket(`ws://127.0.0.1:${address.port}`);
  try {
    return await new Promise<string[]>((resolve, reject) => {
      const texts: string[] = [];
      client.on('error', reject).on('message', (data, isBinary) => {
        texts.push(isBinary || !Buffer.isBuffer(data) ? 'binary' : data.toString());
        if (texts.length === count) resolve(texts);
      });
    });
  } finally {
    client.terminate();
    server.close();
  }
}

describe('a frame', () => {
  test.each([0, 1, 125, 126, 127, 65_535, 65_536, 200_000])('of %d bytes is read as the text that it was made of', async (length) => {
    const text = 'x'.repeat(length);
    expect(await read(frameOf(text), 1)).toEqual([text]);
  });

  test.each(['ü'.repeat(63), '漢'.repeat(42), '🙂'.repeat(20_000), 'a lone \ud800 surrogate'])('counts bytes and not characters', async (text) => {
    expect(await read(Buffer.concat([frameOf(text), frameOf('next')]), 2)).toEqual([Buffer.from(text).toString(), 'next']);
  });
});

describe('frames that are sent in one go', () => {
  test('are written to each connection at once and in order', async () => {
    const frames = createFrames();
    const [one, other] = [connection(), connection()];
    let written = 0;
    for (const text of ['1', '2', '3']) frames.send(one.stream, text, () => (written += 1));
    frames.send(other.stream, '4', () => (written += 1));
    await turnOfTheLoop();
    expect([one.calls.map((call) => call.length), other.calls.map((call) => call.length)]).toEqual([[3], [1]]);
    expect(await read(Buffer.concat(one.calls.flat()), 3)).toEqual(['1', '2', '3']);
    expect(written).toBe(4);
    frames.send(one.stream, '5', () => (written += 1));
    await turnOfTheLoop();
    expect(await read(Buffer.concat(one.calls[1] ?? []), 1)).toEqual(['5']);
    expect(written).toBe(5);
  });

  test('for a connection that breaks meanwhile keep nothing from the others', async () => {
    const frames = createFrames();
    const [broken, whole] = [connection(), connection()];
    let told = 0;
    frames.send(broken.stream, 'lost', () => (told += 1));
    frames.send(whole.stream, 'kept', () => (told += 1));
    broken.stream.destroy();
    await turnOfTheLoop();
    expect([broken.calls.length, whole.calls.length, told]).toEqual([0, 1, 2]);
  });

  test('to very many connections reach the first ones before the last ones are sent', () => {
    const frames = createFrames();
    const connections = Array.from({ length: 1000 }, connection);
    let behind = 0;
    for (const [index, { stream }] of connections.entries()) {
      frames.send(stream, 'text', () => {});
      behind = Math.max(behind, index - connections.filter(({ calls }) => calls.length > 0).length);
    }
    expect(behind).toBeLessThan(100);
  });
});
