import type { Socket } from 'node:net';

export type Patience = {
  readonly isEnough: () => boolean;
  /** The silence that ends the wait when enough has arrived. */
  readonly quietMs: number;
  /** The silence that ends the wait when not enough has arrived. */
  readonly patienceMs: number;
};

/** Collects everything that arrives on a connection, and detects that no more arrives. */
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
    /** Resolves when the connection has ended or no more is expected. */
    async quiet({ isEnough, quietMs, patienceMs }: Patience): Promise<void> {
      for (;;) {
        const idleMs = performance.now() - last;
        if (over || (!socket.connecting && (idleMs >= patienceMs || (idleMs >= quietMs && isEnough())))) return;
        await new Promise((resolve) => setTimeout(resolve, 5));
      }
    },
  };
}
