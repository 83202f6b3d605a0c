/** Free ports. */
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { createServer } from 'node:net';

/** Below the ports that systems give to programs, which begin at 32768, and above all that browsers refuse. */
const [LOWEST, HIGHEST] = [11_000, 31_000];

/**
 * Finds a free port for a program that cannot choose one itself, or that closes its port for a while. Programs that
 * choose any port never get this one.
 */
export async function freePort(): Promise<number> {
  for (;;) {
    const port = randomInt(LOWEST, HIGHEST);
    const server = createServer().listen(port, '127.0.0.1');
    const isFree = await once(server, 'listening').then(
      () => true,
      () => false,
    );
    await new Promise((closed) => server.close(closed));
    if (isFree) return port;
  }
}
