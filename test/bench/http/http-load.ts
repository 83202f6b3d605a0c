/**
 * The load of the HTTP comparison, in a separate process. Each connection sends a request, reads the whole response,
 * and sends the next one. It uses bare sockets, because a client that costs more than the server would measure itself.
 */
import { connect, type Socket } from 'node:net';
import { serve } from '../child.js';

export type Load = {
  readonly url: string;
  readonly bodies: readonly string[];
  readonly connections: number;
  readonly ms: number;
};
export type Loaded = { readonly count: number; readonly seconds: number; readonly latenciesMs: Float64Array };

const END_OF_HEAD = '\r\n\r\n';
const END_OF_CHUNKS = '\r\n0\r\n\r\n';
/** The wait for the last responses after the end of the measurement. */
const TIMEOUT_MS = 30_000;

serve(null, { load });

async function load({ url, bodies, connections, ms }: Load): Promise<Loaded> {
  const { hostname, port, pathname, host } = new URL(url);
  const head =
    `POST ${pathname} HTTP/1.1\r\nhost: ${host}\r\naccept: application/json\r\ncontent-type: ` + `application/json\r\n`;
  const requests = bodies.map((body) =>
    Buffer.from(`${head}content-length: ${Buffer.byteLength(body)}\r\n\r\n${body}`),
  );
  const latenciesMs: number[] = [];
  let sent = 0;
  const begun = performance.now();
  const until = begun + ms;

  const work = async (): Promise<void> => {
    const socket = connect(Number(port), hostname);
    try {
      await new Promise<void>((settle, fail) => {
        let askedAt = 0;
        const send = (): void => {
          askedAt = performance.now();
          if (askedAt >= until) return settle();
          socket.write(requests[sent % requests.length] ?? '');
          sent += 1;
        };
        socket.setNoDelay(true).setTimeout(TIMEOUT_MS, () => fail(new Error(`${url} did not answer in time`)));
        socket.on('connect', send);
        socket.on('error', fail).on('close', () => fail(new Error(`${url} closed a connection`)));
        readAnswers(
          socket,
          () => {
            latenciesMs.push(performance.now() - askedAt);
            send();
          },
          fail,
        );
      });
    } finally {
      socket.destroy();
    }
  };
  await Promise.all(Array.from({ length: connections }, work));
  return {
    count: latenciesMs.length,
    seconds: (performance.now() - begun) / 1000,
    latenciesMs: Float64Array.from(latenciesMs),
  };
}

/** Reads one response at a time, because the next request follows the previous response. */
function readAnswers(socket: Socket, onAnswer: () => void, fail: (error: Error) => void): void {
  let pending: Buffer | null = null;
  let missing = 0;
  const done = (): void => {
    pending = null;
    missing = 0;
    onAnswer();
  };
  socket.on('data', (chunk: Buffer) => {
    if (missing > 0) {
      missing -= chunk.length;
      if (missing === 0) done();
      return;
    }
    const all: Buffer = pending === null ? chunk : Buffer.concat([pending, chunk]);
    pending = all;
    const end = all.indexOf(END_OF_HEAD);
    if (end < 0) return;
    const head = all.toString('latin1', 0, end);
    if (!head.startsWith('HTTP/1.1 200')) return fail(new Error(`expected 200, got ${all.toString('utf8', 0, 300)}`));
    const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1];
    if (length === undefined) {
      if (all.toString('latin1').endsWith(END_OF_CHUNKS)) done();
      return;
    }
    missing = end + END_OF_HEAD.length + Number(length) - all.length;
    if (missing === 0) done();
  });
}
