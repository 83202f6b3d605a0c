/**
 * Decides which requests become WebSockets. Node hands over every request that offers to change the protocol, and stops to look after its connection.
 * A request that offers another protocol is a good request of HTTP/1.1 too, and its offer may be ignored (RFC 9110, section 7.8). Java's HTTP client
 * offers HTTP/2 on each cleartext connection. An offer that is pipelined behind unanswered requests ends the connection after their answers.
 * Node 20 lacks `shouldUpgradeCallback`, which would ignore an offer before the hand-over; one way serves all versions.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpServers } from '../http/http-server.js';
import type { RefusedConnections } from '../http/refused-connections.js';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type UpgradeDeps = Pick<HttpServers, 'isAnswered' | 'whenAnswered'> & {
  readonly endWithin: RefusedConnections['endWithin'];
  /** How long the requests before an offer may take to be answered. */
  readonly patienceMs: number;
  /** For a fault of the server's own; the connection is closed. */
  readonly failed: (error: unknown) => void;
};

/** Of the connection, not of the request; they are what made Node hand it over. */
const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);
/** Each offer that is ignored adds Node's listeners to the connection once more. */
const MAX_OFFERS = 5;

export function acceptUpgrades(server: Server, webSocket: OnUpgrade, deps: UpgradeDeps): void {
  /** How many offers of a connection have been ignored. */
  const offers = new WeakMap<Duplex, number>();

  function endAfterAnswers(socket: Duplex): void {
    // The end of the peer is seen only by reading; what it sends before is discarded.
    socket.once('end', () => socket.destroy()).resume();
    deps.whenAnswered(socket, () => socket.end(() => socket.destroy()));
    deps.endWithin(socket, deps.patienceMs);
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
}

function withoutOffer({ method, url, rawHeaders }: IncomingMessage, connection: 'keep-alive' | 'close'): string {
  const lines = [`${method} ${url} HTTP/1.1`, `Connection: ${connection}`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
