/**
 * Ends connections whose answers are not read, because unread answers stay in the server's memory. Streams keep that
 * time themselves. All other connections use the timeout of Node's sockets, at the cost of one timer a request. Any
 * traffic restarts the timeout, so that slow clients are kept.
 */
import type { Server } from 'node:http';

export function setWriteTimeout(server: Server, stalledMs: number): void {
  server.setTimeout(stalledMs, (socket) => {
    // An empty buffer means that the peer waits for an operation or has not sent its request, and both have other
    // limits.
    if (socket.timeout === stalledMs && socket.writableLength === 0) return;
    // Node gives idle connections another timeout, which ends them here too.
    socket.destroy();
  });
}
