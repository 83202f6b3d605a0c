/** One TCP connection to a server, on which a test writes bytes and sees what comes back, including how it ends. */
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { whenDone } from '../harness/cleanup.js';
import { heldConnections } from './held-connections.js';

export type RawConnection = {
  readonly socket: Socket;
  received(): string;
  /** Resolves when everything has arrived that will, in whatever way the connection ended. */
  readonly ended: Promise<void>;
  /** True while the server's end still costs it a descriptor, whatever this end knows of it. Linux only. */
  isHeld(): boolean;
};

const open = new Set<Socket>();
whenDone(() => {
  for (const socket of open) socket.destroy();
});

/** @param url of the server; only its host and port count */
export async function openConnection(url: string): Promise<RawConnection> {
  const { hostname, port } = new URL(url);
  // Half open as long as the test wants: this side does not answer the other's end with its own.
  const socket = connect({ port: Number(port), host: hostname, allowHalfOpen: true });
  open.add(socket);
  let received = '';
  socket.setEncoding('latin1').on('data', (text: string) => (received += text));
  socket.on('error', () => {});
  socket.once('close', () => open.delete(socket));
  const ended = new Promise<void>((resolve) => socket.once('end', () => resolve()).once('close', () => resolve()));
  await once(socket, 'connect');
  // A closed socket has no port.
  const { localPort } = socket;
  return { socket, received: () => received, ended, isHeld: () => heldConnections(Number(port), localPort) > 0 };
}
