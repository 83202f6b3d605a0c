/** Free ports. */
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Finds a free port for a program that cannot choose one itself. Another program may take it first. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  await new Promise((closed) => server.close(closed));
  if (typeof address !== 'object' || address === null) throw new Error('The server has no port.');
  return address.port;
}
