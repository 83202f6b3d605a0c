/**
 * Which requests become WebSockets. Node hands over every request that offers to change the protocol, and answers none of them; but one that
 * offers another protocol (Java's HTTP client offers HTTP/2 on each cleartext connection) is a good request of HTTP/1.1 too, and the offer may
 * be ignored (RFC 9110, section 7.8).
 */
import type { IncomingMessage, Server } from 'node:http';
import type { Duplex } from 'node:stream';

type OnUpgrade = (request: IncomingMessage, socket: Duplex, head: Buffer) => void;

/** Of the connection, not of the request; they are what made Node hand it over. */
const OFFER = new Set(['upgrade', 'connection', 'http2-settings']);

export function acceptUpgrades(server: Server, webSocket: OnUpgrade): void {
  server.on('upgrade', (request: IncomingMessage, socket: Duplex, head: Buffer) => {
    if (request.headers.upgrade?.toLowerCase() === 'websocket') return webSocket(request, socket, head);
    // Once more from the start, without the offer, as if it had just arrived on this connection.
    socket.unshift(Buffer.concat([Buffer.from(withoutOffer(request), 'latin1'), head]));
    server.emit('connection', socket);
  });
}

function withoutOffer({ method, url, rawHeaders }: IncomingMessage): string {
  const lines = [`${method} ${url} HTTP/1.1`];
  for (let index = 0; index < rawHeaders.length; index += 2) {
    const name = rawHeaders[index] ?? '';
    if (!OFFER.has(name.toLowerCase())) lines.push(`${name}: ${rawHeaders[index + 1] ?? ''}`);
  }
  return `${lines.join('\r\n')}\r\n\r\n`;
}
