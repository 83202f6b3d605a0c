/** A Partner Central that breaks its answers: the simulator does the work, and its answers are broken on their way. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { text } from 'node:stream/consumers';
import { setTimeout as pause } from 'node:timers/promises';
import type { Clock } from '../../../src/runtime/clock.js';
import { isRecord } from '../../../src/runtime/guards.js';
import { createSimulator, type Simulator } from '../../../src/partner-central/simulator/simulator.js';
import { createRandom, type Random } from '../../support/fakes/random.js';
import { breakAnswer, type Wire } from './upstream-answers.js';

export type World = {
  readonly endpoint: string;
  readonly simulator: Simulator;
  /** The number of broken answers. */
  brokenCount(): number;
  /** Names the answers that were broken between two moments of the system clock. */
  brokenBetween(from: number, to: number): string[];
  /** Leaves every answer intact from now on. */
  heal(): void;
  /** Closes idle connections, and returns the number of the others. */
  connections(): Promise<number>;
  close(): Promise<void>;
};

/** The answers to a start on a target are intact, broken most of the time, or always broken. */
export type Fate = 'healthy' | 'unlucky' | 'doomed';

export type WorldOptions = {
  readonly clock: Clock;
  readonly seed: number;
  readonly fateOf: (identifier: string) => Fate;
};

/** The share of broken answers: to a look-up, to a list of tasks that includes healthy ones, and to a start. */
const RATES = { Get: 0.95, List: 0.9, Tasks: 0.5, healthy: 0, unlucky: 0.75, doomed: 1 } as const;
const REMEMBERED = 200_000;
const DRIP_MS = 50;
const LARGE = 100_000;
const BETWEEN_LARGE_MS = 100;

/** Existing records. Every request concerns one of them, so that its answer has content to break. */
const SAMPLES: Readonly<Record<string, string>> = {
  GetOpportunity: 'O1000001',
  GetEngagement: 'eng-completes00001',
  GetEngagementInvitation: 'engi-completes0001',
};

export async function openWorld({ clock, seed, fateOf }: WorldOptions): Promise<World> {
  const unlimited = {
    readsPerSecond: Infinity,
    writesPerSecond: Infinity,
    readsPerDay: Infinity,
    writesPerDay: Infinity,
  };
  const simulator = await createSimulator({ ...unlimited, clock });
  const log: { readonly at: number; readonly what: string }[] = [];
  let asked = 0;
  let free = 0;
  let broken = 0;
  let healed = false;

  async function serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
    const question: unknown = JSON.parse(await text(request));
    asked += 1;
    const random = createRandom(seed + asked, operation);
    const isBroken =
      !healed && random.chance(rateOf(operation, fateOf(isRecord(question) ? String(question['Identifier']) : '')));
    // AWS may or may not take a start that it does not answer.
    const isTaken = !isBroken || random.chance(0.8);
    const answer = isTaken ? await ask(operation, request, question) : { status: 200, body: '{}' };
    if (!isBroken) {
      response.writeHead(answer.status, { 'content-type': 'application/x-amz-json-1.0' }).end(answer.body);
      return;
    }
    const wire = breakAnswer(operation, answer.body, answer.status, random);
    broken += 1;
    log.push({ at: Date.now(), what: `${operation}: ${wire.about}` });
    if (log.length > REMEMBERED) log.shift();
    if (wire.body.length > LARGE) await turn();
    deliver(response, wire, random);
  }

  /** Large answers are sent one at a time, so that a stall of the event loop belongs to one of them. */
  async function turn(): Promise<void> {
    const waitMs = Math.max(0, free - Date.now());
    free = Date.now() + waitMs + BETWEEN_LARGE_MS;
    await pause(waitMs);
  }

  async function ask(
    operation: string,
    request: IncomingMessage,
    question: unknown,
  ): Promise<{ status: number; body: string }> {
    const sample = SAMPLES[operation];
    const asked = sample !== undefined && isRecord(question) ? { ...question, Identifier: sample } : question;
    const headers = Object.fromEntries(
      ['authorization', 'content-type', 'x-amz-date', 'x-amz-target'].map((name) => [
        name,
        String(request.headers[name]),
      ]),
    );
    const response = await fetch(simulator.endpoint, { method: 'POST', headers, body: JSON.stringify(asked) });
    return { status: response.status, body: await response.text() };
  }

  const server = createServer((request, response) => {
    response.on('error', () => {});
    // The caller may have left during its request, as with AWS.
    serve(request, response).catch(() => request.socket.destroy());
  });
  server.on('connection', (socket) => socket.on('error', () => {}));
  server.keepAliveTimeout = 0;
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;

  return {
    endpoint: `http://127.0.0.1:${port}`,
    simulator,
    brokenCount: () => broken,
    brokenBetween: (from, to) => log.filter(({ at }) => at >= from && at <= to).map(({ what }) => what),
    heal() {
      healed = true;
    },
    async connections() {
      server.closeIdleConnections();
      return new Promise((resolve) => server.getConnections((_, count) => resolve(count)));
    },
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await simulator.close();
    },
  };
}

function rateOf(operation: string, fate: Fate): number {
  if (operation.endsWith('Tasks')) return RATES.Tasks;
  if (operation.startsWith('Start')) return RATES[fate];
  return operation.startsWith('List') ? RATES.List : RATES.Get;
}

function deliver(response: ServerResponse, { head, body, after }: Wire, random: Random): void {
  const { socket } = response;
  if (socket === null || socket.destroyed) return;
  const stream = head === 'raw' ? socket : response;
  if (head !== 'raw') response.writeHead(head.status, head.headers);
  switch (after) {
    case 'end':
      stream.end(body);
      return;
    case 'reset':
      stream.write(body, () => setImmediate(() => socket.resetAndDestroy()));
      return;
    case 'hang':
      stream.write(body);
      return;
    case 'drip': {
      const drops = setInterval(() => {
        if (socket.destroyed) clearInterval(drops);
        else stream.write(body.slice(0, 1));
      }, DRIP_MS);
      // A few connections end, and most are left open.
      if (random.chance(0.1)) setTimeout(() => stream.end(), 4 * DRIP_MS);
      return;
    }
    case 'repeat': {
      const more = (): void => {
        while (!socket.destroyed && stream.write(body));
        if (!socket.destroyed) stream.once('drain', more);
      };
      more();
      return;
    }
    default:
      return after satisfies never;
  }
}
