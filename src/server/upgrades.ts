/**
 * Which requests become WebSockets. Node hands over every request that offers to change the protocol, and answers none of them; but one that
 * offers another protocol (Java's HTTP client offers HTTP/2 on each cleartext connection) is a good request of HTTP/1.1 too, and the offer may
 * be ignored (RFC 9110, section 7.8). Either way what was asked before on the same connection is answered first.
 */
import { ServerResponse, type IncomingMessage, type Server } from 'node:http';
import type { Duplex } from 'node:stream';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Of the connection, not of the request; they are what made Node hand it over. */
const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);

export type Upgrades = {
  /** Ends the connections that still wait: Node no longer counts them among its own. */
  close(): void;
};

export function acceptUpgrades(server: Server, webSocket: OnUpgrade): Upgrades {
  const waiting = new Set<Duplex>();

  /** Node hands a request over although earlier ones of its connection are still being answered (pipelining), and looks after the socket no more. */
  function whenAnswered(socket: Duplex, goOn: () => void): void {
    const earlier = answerOn(socket);
    if (earlier === null) return goOn();
    const broken = (): void => void socket.destroy();
    const stalled = (): void => void server.emit('timeout', socket);
    waiting.add(socket.on('error', broken).on('timeout', stalled));
    earlier.once('close', () => {
      waiting.delete(socket.off('error', broken).off('timeout', stalled));
      // The connection may have ended with that answer, which may also have been the first of several.
      if (socket.writable) whenAnswered(socket, goOn);
    });
  }

  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    whenAnswered(socket, () => {
      if (request.headers.upgrade?.toLowerCase() === 'websocket') return webSocket(request, socket, head);
      // Once more from the start, without the offer, as if it had just arrived on this connection.
      socket.unshift(Buffer.concat([Buffer.from(withoutOffer(request), 'latin1'), head]));
      server.emit('connection', socket);
    });
  });
  return {
    close() {
      for (const socket of waiting) socket.destroy();
    },
  };
}

/** The answer that a connection is busy with: Node keeps it there, and tells it in no other way. */
function answerOn(socket: Duplex): ServerResponse | null {
  return '_httpMessage' in socket && socket._httpMessage instanceof ServerResponse ? socket._httpMessage : null;
}

function withoutOffer({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
