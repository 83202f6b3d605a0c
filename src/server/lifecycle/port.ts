/**
 * Checks that the gateway can listen before it changes any data, because an earlier version may still run on the port.
 */
import { createServer } from 'node:net';

/** @throws the error that listening would throw */
export async function assertCanListen(host: string, port: number): Promise<void> {
  const server = createServer();
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ host, port }, resolve);
  });
  await new Promise<void>((resolve) => server.close(() => resolve()));
}
