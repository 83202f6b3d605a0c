/**
 * Connections that are to end, within a bounded time whatever the peer does. Node looks after a connection neither when an upgrade is refused nor when
 * its input is not HTTP: a peer that keeps its half open would keep the descriptor.
 */
import { STATUS_CODES, type IncomingMessage, type ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { JSON_TYPE } from './negotiation.js';
import { formatted, type RequestError } from '../security/request-error.js';

/** A client on a slow line takes an answer of a few hundred bytes within this time. */
const LINGER_MS = 2 * SECOND;
/** A client that sends its whole body before it reads an answer has this time and this much, at least, for the rest of the body. */
const DISCARD_MS = 10 * SECOND;
const DISCARD_BYTES = 16 * 1024 * 1024;
/** How often it is looked at how much came. */
const LOOK_MS = 100;

export type RefusedConnections = {
  /** Answers and closes; a second call for the same connection does nothing. */
  refuse(socket: Duplex, requestError: RequestError): void;
  /** Destroys the connection after this time, unless it is closed by then. @returns a function that takes it back */
  endWithin(socket: Duplex, ms: number): () => void;
  /**
   * For a request that is answered before its body has arrived, and whose body is discarded: closing the connection would reset it, and the client
   * would not see the answer. Destroys the connection when the rest takes too long or is too much. @returns a function to call once all has arrived
   */
  awaitRest(socket: Socket): () => void;
  /** Ends all of them at once. */
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
      // Input is read and discarded: closing a connection with unread input resets it, and the peer may lose the answer.
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
          await clock.sleep(LOOK_MS, arrived.signal);
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

/** Answers a request of Node's with a refusal. It is the last one of its connection, unless a body is still to be discarded. */
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
  return `HTTP/1.1 ${requestError.status} ${STATUS_CODES[requestError.status]}\r\n${lines.join('')}\r\n${bodyOf(requestError)}`;
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
