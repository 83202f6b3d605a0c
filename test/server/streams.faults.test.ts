/**
 * Subscribers on every transport under random schedules of disconnects, slow reading, restarts and expiring tokens. A
 * subscriber knows only the last cursor that it saw. It receives every event once, in order. The title of a failure
 * contains the seed; FAULT_SCHEDULES sets the number of schedules, and FAULT_SEED the first seed.
 */
import { describe, expect, test } from '@jest/globals';
import { systemClock, type Clock } from '../../src/runtime/clock.js';
import { AUDIENCE, createIssuer } from '../support/fakes/issuer.js';
import { openMultipart, openSse } from '../support/clients/response-streams.js';
import { openRawSocket } from '../support/clients/raw-socket.js';
import { freePort } from '../support/programs/free-port.js';
import { createTestLog } from '../support/server/server-log.js';
import { startServer, type TestServer } from '../support/server/server.js';

const SCHEDULES = Number(process.env['FAULT_SCHEDULES'] ?? 100);
const FIRST_SEED = Number(process.env['FAULT_SEED'] ?? Date.now() % 1_000_000);
/** The events of one schedule. */
const EVENTS = 40;
const TOKEN_MS = 30_000;

const FOLLOW = 'subscription($after: String) { follow(after: $after) { sequence cursor text } }';

type Seen = { readonly sequence: number; readonly cursor: string; readonly text: string };
/** One connection: its events, `undefined` at its end, and ways to break it from the client's side. */
type Connection = { next(): Promise<Seen | 'complete' | undefined>; cut(): void; hold(ms: number): void };

/** A seeded generator (mulberry32). */
function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const subscribers: Record<string, (url: string, cursor: string | undefined, token: string) => Promise<Connection>> = {
  async WebSocket(url, cursor, token) {
    const raw = openRawSocket(url);
    raw.send({ type: 'connection_init', payload: { authorization: `Bearer ${token}` } });
    const hold = (ms: number) => {
      raw.socket.pause();
      setTimeout(() => raw.socket.resume(), ms);
    };
    const ack = await raw.next();
    if (ack !== undefined)
      raw.send({
        id: '1',
        type: 'subscribe',
        payload: { query: FOLLOW, ...(cursor === undefined ? {} : { extensions: { resume: { after: cursor } } }) },
      });
    return {
      async next() {
        const message = await raw.next();
        if (message?.type === 'error') throw new Error(JSON.stringify(message));
        return message?.type === 'complete' ? 'complete' : message?.payload.data.follow;
      },
      cut: () => raw.socket.terminate(),
      hold,
    };
  },
  async SSE(url, cursor, token) {
    const stream = await openSse(
      url,
      { query: FOLLOW },
      { authorization: `Bearer ${token}`, ...(cursor === undefined ? {} : { 'last-event-id': cursor }) },
    );
    return {
      async next() {
        let message = await stream.next();
        while (message?.comment === true) message = await stream.next();
        if (message?.event === 'complete') return 'complete';
        return message?.data.data?.follow;
      },
      cut: () => stream.abort(),
      hold: (ms) => stream.hold(systemClock.sleep(ms)),
    };
  },
  async multipart(url, cursor, token) {
    const stream = await openMultipart(
      url,
      { query: FOLLOW, variables: { after: cursor } },
      { authorization: `Bearer ${token}` },
    );
    return {
      async next() {
        let part = await stream.next();
        while (part !== undefined && part !== 'closing boundary' && part.payload === undefined)
          part = await stream.next();
        return part === 'closing boundary' ? 'complete' : part?.payload?.data?.follow;
      },
      cut: () => stream.abort(),
      hold: (ms) => stream.hold(systemClock.sleep(ms)),
    };
  },
};

describe.each(Object.keys(subscribers))('a subscriber over %s', (transport) => {
  test(
    `no event is lost, repeated or reordered under random faults (${SCHEDULES} schedules, seeds from ${FIRST_SEED})`,
    async () => {
      const issuer = await createIssuer();
      const port = await freePort();
      for (let seed = FIRST_SEED; seed < FIRST_SEED + SCHEDULES; seed += 1) {
        const seen = await runSchedule(transport, seed, port, issuer);
        expect({ seed, sequences: seen.map(({ sequence }) => sequence) }).toEqual({
          seed,
          sequences: Array.from({ length: EVENTS }, (_, n) => n + 1),
        });
      }
    },
    60_000 + SCHEDULES * 1000,
  );
});

async function runSchedule(
  transport: string,
  seed: number,
  port: number,
  issuer: Awaited<ReturnType<typeof createIssuer>>,
): Promise<Seen[]> {
  const random = randomFrom(seed);
  const log = createTestLog();
  // The clock can jump ahead, so that tokens expire.
  let ahead = 0;
  const clock: Clock = {
    now: () => systemClock.now() + ahead,
    monotonic: () => systemClock.monotonic() + ahead,
    sleep: (ms, signal) => systemClock.sleep(ms, signal),
  };
  const start = async () =>
    startServer({ port, log, clock, auth: { mode: 'jwt', issuer: issuer.url, audience: AUDIENCE } });
  let server: TestServer = await start();
  let restarting: Promise<void> | null = null;

  async function restart(): Promise<void> {
    if (random() < 0.5) await server.server.drain();
    await server.server.close();
    server = await start();
  }

  const seen: Seen[] = [];
  function append(): void {
    // A subscriber that has seen every event gets at least one more, because it would otherwise wait without end.
    const count = Math.min(
      EVENTS - log.events.length,
      Math.max(Math.floor(random() * 4), log.events.length === seen.length ? 1 : 0),
    );
    for (let n = 0; n < count; n += 1)
      log.append(log.events.length === EVENTS - 1 ? 'END' : 'x'.repeat(Math.floor(random() ** 4 * 200_000)));
  }

  let complete = false;
  while (!complete) {
    await restarting;
    restarting = null;
    const token = await issuer.token({}, { expiresAt: Math.ceil(clock.now() / 1000) * 1000 + TOKEN_MS });
    // A pooled connection may lead to the stopped server, so the subscriber tries again.
    const connection = await subscribers[transport]?.(server.url, seen.at(-1)?.cursor, token).catch(() => null);
    if (connection === undefined || connection === null) continue;
    append();
    for (let message = await connection.next(); message !== undefined; message = await connection.next()) {
      if (message === 'complete') {
        // A stream that the server ends early also completes. Only the last event is the end.
        complete = seen.at(-1)?.text === 'END';
        break;
      }
      seen.push(message);
      append();
      const fault = random();
      if (fault < 0.1) connection.cut();
      else if (fault < 0.2) connection.hold(random() * 5);
      else if (fault < 0.24) ahead += TOKEN_MS + 1000;
      else if (fault < 0.28) restarting ??= restart();
    }
    connection.cut();
  }
  await restarting;
  await server.server.close();
  return seen;
}
