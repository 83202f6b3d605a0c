/**
 * Connections that get one last answer and then end, within LINGER_MS whatever the peer does. Node looks after a connection neither when an upgrade is
 * refused nor when its input is not HTTP: a peer that keeps its half open would keep the descriptor.
 */
import { STATUS_CODES } from 'node:http';
import type { Duplex } from 'node:stream';
import { SECOND, type Clock } from '../clock.js';
import { JSON_TYPE } from './negotiation.js';
import { formatted, type Refusal } from './refusal.js';

/** A client on a slow line takes an answer of a few hundred bytes within this time. */
const LINGER_MS = 2 * SECOND;

export type RefusedConnections = {
  /** Answers and closes; a second call for the same connection does nothing. */
  refuse(socket: Duplex, refusal: Refusal): void;
  /** Ends all of them at once. */
  close(): void;
};

export function createRefusedConnections(clock: Clock): RefusedConnections {
  const open = new Set<Duplex>();
  return {
    refuse(socket, refusal) {
      if (open.has(socket)) return;
      if (!socket.writable) {
        socket.destroy();
        return;
      }
      open.add(socket);
      const closed = new AbortController();
      socket.on('error', () => socket.destroy());
      socket.once('close', () => {
        open.delete(socket);
        closed.abort();
      });
      socket.end(textOf(refusal));
      // Input is read and discarded: closing a connection with unread input resets it, and the peer may lose the answer.
      socket.resume();
      void clock.sleep(LINGER_MS, closed.signal).then(() => socket.destroy());
    },
    close() {
      for (const socket of open) socket.destroy();
    },
  };
}

function textOf({ status, headers, errors }: Refusal): string {
  const body = JSON.stringify({ errors: formatted(errors) });
  const fields = { connection: 'close', 'content-type': JSON_TYPE, ...headers, 'content-length': Buffer.byteLength(body) };
  const lines = Object.entries(fields).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join('')}\r\n${body}`;
}
