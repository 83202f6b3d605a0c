import { once } from 'node:events';
import { connect } from 'node:net';
import { expect, test } from '@jest/globals';
import { startServer } from '../support/server.js';

/** What Java's HTTP client sends first on a cleartext connection, here with a body that arrives in pieces, and then a second request. */
test('a request that offers another protocol than WebSocket is answered as the HTTP/1.1 request that it is', async () => {
  const { url } = await startServer();
  const { hostname, port, pathname } = new URL(url);
  const body = JSON.stringify({ query: '{ __typename }' });
  const head = (offer: string) =>
    `POST ${pathname} HTTP/1.1\r\nHost: ${hostname}:${port}\r\n${offer}Content-Type: application/json\r\nContent-Length: ${body.length}\r\n\r\n`;
  const socket = connect(Number(port), hostname);
  socket.setEncoding('utf8');
  let received = '';
  socket.on('data', (text: string) => (received += text));
  await once(socket, 'connect');
  socket.write(`${head('Connection: Upgrade, HTTP2-Settings\r\nUpgrade: h2c\r\nHTTP2-Settings: AAEAAEAAAAIAAAABAAMAAABkAAQBAAAAAAUAAEAA\r\n')}${body.slice(0, 5)}`);
  socket.write(body.slice(5));
  const answers = () => received.split('HTTP/1.1 200').length - 1;
  while (answers() < 1) await once(socket, 'data');
  socket.write(`${head('')}${body}`);
  while (answers() < 2) await once(socket, 'data');
  expect(received.match(/\{"data":\{"__typename":"Query"\}\}/g)).toHaveLength(2);
  socket.destroy();
});
