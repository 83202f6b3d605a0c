/**
 * Answers that nobody reads. What the kernel does not take of them waits in the server's memory for as long as the peer likes to stay. Streams
 * keep that time themselves. For all else the clock that Node keeps for each socket does: it begins anew when anything moves, so that who
 * reads slowly is not cut off, and a request costs one more timer, which hardly ever fires.
 */
import type { Server } from 'node:http';

export function setWriteTimeout(server: Server, stalledMs: number): void {
  server.setTimeout(stalledMs, (socket) => {
    // Nothing waits for the peer: an operation takes its time, or a request is still to come, and both are bounded elsewhere.
    if (socket.timeout === stalledMs && socket.writableLength === 0) return;
    // Also after the time, another one, that Node gives a connection without a request.
    socket.destroy();
  });
}
