import type { Socket } from 'node:net';

export type Patience = {
  readonly isEnough: () => boolean;
  /** For how long nothing comes where what came is enough. */
  readonly quietMs: number;
  /** For how long nothing comes where it is not. */
  readonly patienceMs: number;
};

/** Everything that arrives on a connection, and when no more seems to come. */
export function listen(socket: Socket) {
  const parts: string[] = [];
  let last = performance.now();
  let over = false;
  socket.setEncoding('latin1').on('data', (text: string) => {
    parts.push(text);
    last = performance.now();
  });
  socket.once('connect', () => (last = performance.now()));
  socket.once('close', () => (over = true));
  return {
    /** One character a byte. */
    text: () => parts.join(''),
    /** Resolves when the connection is over or no more is expected. */
    async quiet({ isEnough, quietMs, patienceMs }: Patience): Promise<void> {
      for (;;) {
        const idleMs = performance.now() - last;
        if (over || (!socket.connecting && (idleMs >= patienceMs || (idleMs >= quietMs && isEnough())))) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
