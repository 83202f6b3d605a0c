/**
 * The sockets of the pool. A silent socket proves nothing, because a statement may take long. Once the server leaves a
 * trivial query on another connection unanswered, the silent sockets are destroyed.
 */
import type { Socket } from 'node:net';

export type PoolSockets = {
  add(socket: Socket): void;
  /** @returns a function that ends each connection on which nothing has arrived since */
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
      // Answers that arrived while this process was suspended are read first.
      return () => void setImmediate(end);
    },
  };
}

/** @param where the connection, or the time, without an answer */
export function silenceError(where: string): Error {
  return Object.assign(new Error(`PostgreSQL has not answered ${where}`), { code: 'ETIMEDOUT' });
}
