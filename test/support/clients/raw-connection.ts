/** One TCP connection to a server, for tests that write bytes and read bytes, including the end of the connection. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { whenDone } from '../harness/cleanup.js';
import { heldConnections } from './held-connections.js';

export type RawConnection = {
  readonly socket: Socket;
  received(): string;
  /** Resolves when the connection has ended in either way, and no more data will arrive. */
  readonly ended: Promise<void>;
  /** True while the server holds a descriptor for the connection. Linux only. */
  isHeld(): boolean;
};

const open = new Set<Socket>();
whenDone(() => {
  for (const socket of open) socket.destroy();
});

/** @param url the server, of which only host and port count */
export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  // The connection may stay half open, because the client does not answer the server's end with its own.
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  open.add(socket);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  socket.once('close', () => open.delete(socket));
  const ended = new Promise<void>((resolve) => socket.once('end', () => resolve()).once('close', () => resolve()));
  await once(socket, 'connect');
  // The port is read now, because a closed socket has none.
  const { localPort } = socket;
  return { socket, received: () => received, ended, isHeld: () => heldConnections(Number(port), localPort) > 0 };
}
