/**
 * Refused connections end within a bounded time, independent of their peer. Node does not close a connection after a
 * refused upgrade or invalid HTTP. A peer that keeps its half open would therefore keep the descriptor.
 */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { JSON_TYPE } from './negotiation.js';
import { formatted, type RequestError } from '../security/request-error.js';

/** The time for a client on a slow line to receive an answer of a few hundred bytes. */
const LINGER_MS = 2 * SECOND;
/** The time and size limits for the rest of the body of a client that reads the answer only after sending its body. */
const DISCARD_MS = 10 * SECOND;
const DISCARD_BYTES = 16 * 1024 * 1024;
/** The interval between checks of the received bytes. */
const CHECK_MS = 100;

export type RefusedConnections = {
  /** Answers and closes the connection. A second call for the same connection has no effect. */
  refuse(socket: Duplex, requestError: RequestError): void;
  /** Destroys the connection after this time, unless it is closed earlier. @returns a function that cancels this */
  endWithin(socket: Duplex, ms: number): () => void;
  /**
   * Bounds the rest of a body that is discarded after an early answer. Closing the connection at once would reset it,
   * and the client would miss the answer. Destroys the connection if the rest takes too long or is too large.
   * @returns a function to call once the body has arrived
   */
  awaitRest(socket: Socket): () => void;
  /** Destroys all refused connections. */
  close(): void;
};

export function createRefusedConnections(clock: Clock): RefusedConnections {
  const ending = new Set<Duplex>();
  const answered = new WeakSet<Duplex>();

  function endWithin(socket: Duplex, ms: number): () => void {
    const over = new AbortController();
    const stop = (): void => {
      ending.delete(socket);
      socket.off('close', stop);
      over.abort();
    };
    ending.add(socket);
    socket.once('close', stop);
    void clock.sleep(ms, over.signal).then(() => {
      if (!over.signal.aborted) socket.destroy();
    });
    return stop;
  }

  return {
    refuse(socket, requestError) {
      if (answered.has(socket)) return;
      answered.add(socket);
      socket.on('error', () => socket.destroy());
      if (!socket.writable) {
        socket.destroy();
        return;
      }
      socket.end(textOf(requestError));
      // Input is read and discarded, because closing a connection with unread input resets it and can lose the answer.
      socket.resume();
      endWithin(socket, LINGER_MS);
    },
    endWithin,
    awaitRest(socket) {
      const arrived = new AbortController();
      const stopClock = endWithin(socket, DISCARD_MS);
      void (async () => {
        const enough = socket.bytesRead + DISCARD_BYTES;
        while (!socket.destroyed && !arrived.signal.aborted) {
          await clock.sleep(CHECK_MS, arrived.signal);
          if (socket.bytesRead > enough) socket.destroy();
        }
      })();
      return () => {
        arrived.abort();
        stopClock();
      };
    },
    close() {
      for (const socket of ending) socket.destroy();
    },
  };
}

/** Refuses a request. It is the last one of its connection, unless its body is still to be discarded. */
export function endWith(response: ServerResponse<IncomingMessage>, requestError: RequestError): void {
  const { connection, ...fields } = fieldsOf(requestError);
  response.writeHead(requestError.status, hasBody(response.req) ? fields : { connection, ...fields });
  response.end(bodyOf(requestError));
}

function hasBody({ headers }: IncomingMessage): boolean {
  return (headers['content-length'] ?? '0') !== '0' || headers['transfer-encoding'] !== undefined;
}

function textOf(requestError: RequestError): string {
  const lines = Object.entries(fieldsOf(requestError)).map(([name, value]) => `${name}: ${value}\r\n`);
  return (
    `HTTP/1.1 ${requestError.status} ` +
    `${STATUS_CODES[requestError.status]}\r\n${lines.join('')}\r\n${bodyOf(requestError)}`
  );
}

function fieldsOf(
  requestError: RequestError,
): { readonly connection: string } & Readonly<Record<string, string | number>> {
  const length = Buffer.byteLength(bodyOf(requestError));
  return { connection: 'close', 'content-type': JSON_TYPE, ...requestError.headers, 'content-length': length };
}

function bodyOf({ errors }: RequestError): string {
  return JSON.stringify({ errors: formatted(errors) });
}
