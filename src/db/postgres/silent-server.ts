/**
 * The sockets of the pool. A statement may take long, so a socket that owes an answer says little; once the server does not even answer a trivial
 * question on another connection, it says that the server is gone.
 */
import type { Socket } from 'node:net';

export type PoolSockets = {
  add(socket: Socket): void;
  /** @returns what ends each connection on which nothing has arrived since */
  mark(): () => void;
};

export function createPoolSockets(): PoolSockets {
  const sockets = new Set<Socket>();
  return {
    add(socket) {
      sockets.add(socket);
      socket.once('close', () => sockets.delete(socket));
    },
    mark() {
      const heard = new Map([...sockets].map((socket) => [socket, socket.bytesRead]));
      const end = (): void => {
        for (const [socket, bytes] of heard)
          if (socket.bytesRead === bytes) socket.destroy(silenceError('on any connection'));
      };
      // Answers that arrived while this process stood still are read first.
      return () => void setImmediate(end);
    },
  };
}

/** @param where or for how long */
export function silenceError(where: string): Error {
  return Object.assign(new Error(`PostgreSQL has not answered ${where}`), { code: 'ETIMEDOUT' });
}
