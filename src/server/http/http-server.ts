/**
 * Node's HTTP server with the bounds that Node leaves open. Node hands over pipelined requests as fast as they arrive; here each begins when the one
 * before it is answered, in a turn of the event loop of its own, and only so many may wait. Input that is not HTTP gets an answer of ours.
 */
import {
  createServer,
  maxHeaderSize,
  type IncomingMessage,
  type RequestListener,
  type Server,
  type ServerResponse,
} from 'node:http';
import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import { SECOND } from '../../runtime/clock.js';
import { limitExceeded, type Limits } from '../security/limits.js';
import { requestErrorOf, createRequestError, type RequestError } from '../security/request-error.js';
import { endWith, type RefusedConnections } from './refused-connections.js';

/** For a whole request to arrive; slower ones only hold a connection. */
const REQUEST_TIMEOUT_MS = 30 * SECOND;
/** How often Node looks for requests that are too slow. */
const TIMEOUT_CHECK_MS = 5 * SECOND;
/** For the requests before the one that crossed the limit of those that wait, and for the peer to take their answers. */
const OVER_LIMIT_MS = 5 * SECOND;
/** For one request to be answered while others wait behind it. */
const QUEUE_MS = 30 * SECOND;
/** Longer than a load balancer keeps an idle connection (60 s is AWS's default), so that the server is not the side that closes first. */
const KEEP_ALIVE_MS = 72 * SECOND;

export type HttpServers = {
  /** Fastify makes a second one for a host name with two addresses. */
  create(handle: RequestListener): Server;
  /** Refuses further connections, and closes those that wait for another request. Resolves when all connections have ended. */
  stopListening(): Promise<void>;
  /** True when no request of the connection waits for its answer. */
  isAnswered(socket: Duplex): boolean;
  /** Calls back once every earlier request of the connection is answered: at once where none waits, and never when the connection ends before. */
  whenAnswered(socket: Duplex, callback: () => void): void;
};

/** The requests of one connection that are not answered. A callback is due once only `remaining` of them are left. */
type Waiting = {
  count: number;
  latest: IncomingMessage;
  readonly queue: (() => void)[];
  /** Stops the clock of a queue that does not move. While it waits, its connection may not be read, and the end of the peer not be seen. */
  stopClock: (() => void) | null;
  callbacks: { readonly remaining: number; run(): void }[];
};

/** @param failed is called with an error that a handler throws at once; the connection is closed */
export function createHttpServers(
  limits: Limits,
  refused: RefusedConnections,
  failed: (error: unknown) => void,
): HttpServers {
  const connections = new WeakMap<Duplex, Waiting>();
  const made: Server[] = [];
  /** No further request of these is looked at. */
  const closing = new WeakSet<Duplex>();

  function answered(socket: Duplex, waiting: Waiting): void {
    waiting.count -= 1;
    if (waiting.count === 0) connections.delete(socket);
    waiting.stopClock?.();
    waiting.stopClock = null;
    const next = socket.destroyed ? undefined : waiting.queue.shift();
    // Other connections are served in between.
    if (next !== undefined) setImmediate(next);
    if (next !== undefined && waiting.queue.length > 0) waiting.stopClock = refused.endWithin(socket, QUEUE_MS);
    const due = waiting.callbacks.filter(({ remaining }) => remaining >= waiting.count);
    waiting.callbacks = waiting.callbacks.filter((callback) => !due.includes(callback));
    for (const callback of due) callback.run();
  }

  function whenLeft(socket: Duplex, remaining: number, run: () => void): void {
    const waiting = connections.get(socket);
    if (waiting === undefined || waiting.count <= remaining) run();
    else waiting.callbacks.push({ remaining, run });
  }

  function admit(request: IncomingMessage, response: ServerResponse, handle: () => void): void {
    const { socket } = request;
    const begin = (): void => {
      try {
        handle();
      } catch (error) {
        failed(error);
        socket.destroy();
      }
    };
    if (closing.has(socket)) return;
    const waiting = connections.get(socket) ?? { count: 0, latest: request, queue: [], stopClock: null, callbacks: [] };
    if (waiting.count >= limits.pipelinedRequests) {
      closing.add(socket);
      readNothingMore(socket);
      // The end of the peer is not seen any more.
      refused.endWithin(socket, OVER_LIMIT_MS);
      endWith(
        response,
        requestErrorOf([limitExceeded('pipelinedRequests', limits.pipelinedRequests)], { status: 429 }),
      );
      return;
    }
    connections.set(socket, waiting);
    waiting.count += 1;
    waiting.latest = request;
    response.once('close', () => {
      if (!request.complete && !socket.destroyed) discardRest(request);
      answered(socket, waiting);
    });
    if (waiting.count === 1) return begin();
    waiting.queue.push(begin);
    waiting.stopClock ??= refused.endWithin(socket, QUEUE_MS);
  }

  function discardRest(request: IncomingMessage): void {
    request.once('end', refused.awaitRest(request.socket)).resume();
  }

  /**
   * Node ends a connection that its client wants closed as soon as the answer is written. A client that still sends would be reset, and not see the
   * answer; a proxy that speaks HTTP/1.0, as nginx does by default, would make 502 of it.
   */
  function endAfterBody(socket: Socket): void {
    const end = socket.destroySoon.bind(socket);
    socket.destroySoon = () => {
      const request = connections.get(socket)?.latest;
      if (request === undefined || request.complete) return end();
      socket.end();
      request.once('end', end);
    };
  }

  function endBroken(socket: Duplex, error: NodeJS.ErrnoException): void {
    // Node reports what follows the broken input too.
    if (closing.has(socket)) return;
    closing.add(socket);
    socket.on('error', () => socket.destroy());
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // A request whose body is broken waits for the rest of it, and has no other answer than this one.
    const incomplete = connections.get(socket)?.latest.complete === false ? 1 : 0;
    whenLeft(socket, incomplete, () => refused.refuse(socket, requestErrorFor(error)));
  }

  return {
    create(handle) {
      // Node's own mark is 16 KB before version 22 and 64 KB since: a stalled reader would cost all of that and one event more.
      const highWaterMark = Math.floor(limits.bufferedBytes / 4);
      const times = { requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS };
      // Node's own answer to a request without a Host is empty.
      const server = createServer({ ...times, highWaterMark, requireHostHeader: false }, (request, response) => {
        const hasHost = request.headers.host !== undefined || request.httpVersion !== '1.1';
        admit(request, response, () => (hasHost ? handle(request, response) : endWith(response, WITHOUT_HOST)));
      });
      made.push(server);
      server.keepAliveTimeout = KEEP_ALIVE_MS;
      server.on('connection', endAfterBody);
      server.on('checkExpectation', (request: IncomingMessage, response: ServerResponse) => {
        admit(request, response, () => endWith(response, UNEXPECTED));
      });
      server.on('clientError', (error: NodeJS.ErrnoException, socket) => endBroken(socket, error));
      return server;
    },
    async stopListening() {
      await Promise.all(made.map((server) => new Promise((resolve) => server.close(resolve))));
    },
    isAnswered: (socket) => !connections.has(socket),
    whenAnswered: (socket, callback) => whenLeft(socket, 0, callback),
  };
}

const WITHOUT_HOST = createRequestError('BAD_REQUEST', 'The request has no Host header.', { status: 400 });
const UNEXPECTED = createRequestError('BAD_REQUEST', 'The header Expect may only be "100-continue".', { status: 417 });

/** Node resumes a connection whenever one of its requests is done with. */
function readNothingMore(socket: Socket): void {
  socket.pause();
  socket.on('resume', () => socket.pause());
}

function requestErrorFor({ code }: NodeJS.ErrnoException): RequestError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createRequestError(
        'BAD_REQUEST',
        `No complete request arrived (limit ${REQUEST_TIMEOUT_MS / SECOND} s).`,
        {
          status: 408,
        },
      );
    case 'HPE_HEADER_OVERFLOW':
      return requestErrorOf([limitExceeded('headerBytes', maxHeaderSize)], { status: 431 });
    case undefined:
    default:
      return createRequestError('BAD_REQUEST', 'The request is not valid HTTP/1.1.', { status: 400 });
  }
}
