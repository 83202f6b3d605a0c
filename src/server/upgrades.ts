/**
 * Which requests become WebSockets. Node hands over every request that offers to change the protocol, and looks after its connection no more; but a
 * request that offers another protocol (Java's HTTP client offers HTTP/2 on each cleartext connection) is a good request of HTTP/1.1 too, and the
 * offer may be ignored (RFC 9110, section 7.8). An offer that is pipelined behind unanswered requests ends the connection after their answers.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { Clock } from '../clock.js';
import type { HttpServers } from './http-server.js';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type UpgradeDeps = Pick<HttpServers, 'isAnswered' | 'whenAnswered'> & {
  readonly clock: Clock;
  /** How long the requests before an offer may take to be answered. */
  readonly patienceMs: number;
  /** For a fault of the server's own; the connection is closed. */
  readonly failed: (error: unknown) => void;
};

/** Of the connection, not of the request; they are what made Node hand it over. */
const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);
/** Each offer that is ignored adds Node's listeners to the connection once more. */
const MAX_OFFERS = 5;

export type Upgrades = {
  /** Ends the connections that still wait: Node no longer counts them among its own. */
  close(): void;
};

export function acceptUpgrades(server: Server, webSocket: OnUpgrade, deps: UpgradeDeps): Upgrades {
  const waiting = new Set<Duplex>();
  /** How many offers of a connection have been ignored. */
  const offers = new WeakMap<Duplex, number>();

  function endAfterAnswers(socket: Duplex): void {
    const over = new AbortController();
    waiting.add(socket);
    socket.once('close', () => {
      waiting.delete(socket);
      over.abort();
    });
    // The end of the peer is seen only by reading; what it sends before is discarded.
    socket.once('end', () => socket.destroy()).resume();
    deps.whenAnswered(socket, () => socket.end(() => socket.destroy()));
    void deps.clock.sleep(deps.patienceMs, over.signal).then(() => socket.destroy());
  }

  function ignoreOffer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ignored = (offers.get(socket) ?? 0) + 1;
    offers.set(socket, ignored);
    // Once more from the start, without the offer, as if it had just arrived on this connection.
    const text = withoutOffer(request, ignored < MAX_OFFERS ? 'keep-alive' : 'close');
    socket.unshift(Buffer.concat([Buffer.from(text, 'latin1'), head]));
    server.emit('connection', socket);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has removed its listener. This one stays, because the connection can break before, while and after it changes hands.
    if (!offers.has(socket)) socket.on('error', () => socket.destroy());
    try {
      if (!deps.isAnswered(socket)) endAfterAnswers(socket);
      else if (request.headers.upgrade?.toLowerCase() === 'websocket') webSocket(request, socket, head);
      else ignoreOffer(request, socket, head);
    } catch (error) {
      deps.failed(error);
      socket.destroy();
    }
  });
  return {
    close() {
      for (const socket of waiting) socket.destroy();
    },
  };
}

function withoutOffer({ method, url, rawHeaders }: IncomingMessage, connection: 'keep-alive' | 'close'): string {
  const lines = [`${method} ${url} HTTP/1.1`, `Connection: ${connection}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
