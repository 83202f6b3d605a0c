/** A TCP wire between clients and a server that a test can cut, or make silent, as a network does. */
import { once } from 'node:events';
import { connect, createServer, type Server, type Socket } from 'node:net';
import { whenDone } from '../harness/cleanup.js';
import { freePort } from '../programs/free-port.js';

export type Wire = {
  /** The port for clients, which stays the same. */
  readonly port: number;
  /** Leads new connections to another port. */
  lead(to: number): void;
  /** Breaks all connections. */
  cut(): void;
  /** Leaves all connections half open: nothing arrives on them again, and no end either. */
  silence(): void;
  /** Refuses new connections until `accept`. */
  refuse(): void;
  accept(): Promise<void>;
};

export async function createWire(target: number): Promise<Wire> {
  let leadsTo = target;
  const pairs = new Set<{ readonly client: Socket; readonly server: Socket }>();
  const silent = new Set<Socket>();
  const listener: Server = createServer({ allowHalfOpen: true }, (client) => {
    const server = connect({ port: leadsTo, host: '127.0.0.1', allowHalfOpen: true });
    const pair = { client, server };
    pairs.add(pair);
    const part = (): void => {
      if (!pairs.delete(pair)) return;
      client.destroy();
      server.destroy();
    };
    for (const socket of [client, server]) socket.on('error', part).on('close', part);
    client.pipe(server);
    server.pipe(client);
  });
  const listen = async (port: number): Promise<void> => {
    listener.listen(port, '127.0.0.1');
    await once(listener, 'listening');
  };
  // No other server gets this port while the wire refuses connections, so no client reaches another one.
  const port = await freePort();
  await listen(port);
  const cut = (): void => {
    for (const { client, server } of pairs) {
      client.destroy();
      server.destroy();
    }
  };
  whenDone(() => {
    cut();
    for (const socket of silent) socket.destroy();
    listener.close();
  });
  return {
    port,
    cut,
    lead(to) {
      leadsTo = to;
    },
    silence() {
      for (const pair of pairs) {
        pairs.delete(pair);
        pair.server.unpipe(pair.client);
        pair.client.unpipe(pair.server);
        pair.client.resume();
        pair.server.destroy();
        silent.add(pair.client);
      }
    },
    // The port is closed at once. Only the callback would wait for the silent connections.
    refuse: () => void listener.close(),
    accept: () => listen(port),
  };
}
