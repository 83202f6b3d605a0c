/**
 * Decides which requests become WebSockets. Node emits `upgrade` for every request with an upgrade offer and stops
 * handling its connection. An offer of another protocol is ignored, and the request is answered over HTTP/1.1 (RFC
 * 9110, section 7.8). Java's HTTP client offers HTTP/2 on each cleartext connection. An offer that is pipelined behind
 * unanswered requests ends the connection after their answers. Node 20 lacks `shouldUpgradeCallback`, so all versions
 * use this handler.
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';
import type { HttpServers } from '../http/http-server.js';
import type { RefusedConnections } from '../http/refused-connections.js';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

export type UpgradeDeps = Pick<HttpServers, 'isAnswered' | 'whenAnswered'> & {
  readonly endWithin: RefusedConnections['endWithin'];
  /** The time for the answers to the requests before an offer. */
  readonly patienceMs: number;
  /** Called with an unexpected error of the handler. The connection is destroyed. */
  readonly failed: (error: unknown) => void;
};

/** Header fields of the connection that make up the offer. */
const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);
/** The limit of ignored offers, because each one adds Node's listeners to the connection again. */
const MAX_OFFERS = 5;

export function acceptUpgrades(server: Server, webSocket: OnUpgrade, deps: UpgradeDeps): void {
  /** The number of ignored offers of each connection. */
  const offers = new WeakMap<Duplex, number>();

  function endAfterAnswers(socket: Duplex): void {
    // Input is read and discarded, because the end of the peer is seen only by reading.
    socket.once('end', () => socket.destroy()).resume();
    deps.whenAnswered(socket, () => socket.end(() => socket.destroy()));
    deps.endWithin(socket, deps.patienceMs);
  }

  function ignoreOffer(request: IncomingMessage, socket: Duplex, head: Buffer): void {
    const ignored = (offers.get(socket) ?? 0) + 1;
    offers.set(socket, ignored);
    // The request is parsed again without the offer, as if it had just arrived on a new connection.
    const text = withoutOffer(request, ignored < MAX_OFFERS ? 'keep-alive' : 'close');
    socket.unshift(Buffer.concat([Buffer.from(text, 'latin1'), head]));
    server.emit('connection', socket);
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    // Node has removed its error listener. This one stays, because the connection can break at any time.
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
