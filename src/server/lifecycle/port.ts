/** Finds out whether the gateway can listen, before it changes anything: the old version may still be running there. */
import { createServer } from 'node:net';

/** @throws what listening would throw */
export async function assertCanListen(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
