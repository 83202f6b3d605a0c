/**
 * Node's HTTP server with additional bounds. Node starts pipelined requests as they arrive. Here each request starts
 * after the answer to the previous one, in its own turn of the event loop. The number of waiting requests is limited.
 * Invalid HTTP gets an answer in the server's format.
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
import { createRequestError, requestErrorOf, type RequestError } from '../security/request-error.js';
import { endWith, type RefusedConnections } from './refused-connections.js';

/** The time for a whole request to arrive, because a slower request only holds a connection. */
const REQUEST_TIMEOUT_MS = 30 * SECOND;
/** The interval in which Node checks for slow requests. */
const TIMEOUT_CHECK_MS = 5 * SECOND;
/** The time for the requests before the one over the pipelining limit, and for the peer to receive their answers. */
const OVER_LIMIT_MS = 5 * SECOND;
/** The time for the answer to one request while others wait behind it. */
const QUEUE_MS = 30 * SECOND;
/**
 * Longer than a load balancer keeps an idle connection (AWS's default is 60 s), so that the server does not close it
 * first.
 */
const KEEP_ALIVE_MS = 72 * SECOND;

export type HttpServers = {
  /** Creates a server. Fastify creates a second one for a host name with two addresses. */
  create(handle: RequestListener): Server;
  /** Refuses new connections and closes idle ones. Resolves when all connections have ended. */
  stopListening(): Promise<void>;
  /** True if no request of the connection waits for its answer. */
  isAnswered(socket: Duplex): boolean;
  /** Calls back once no request of the connection waits for its answer, or never if the connection ends before. */
  whenAnswered(socket: Duplex, callback: () => void): void;
};

/** The unanswered requests of one connection. A callback is due once at most `remaining` of them are left. */
type Waiting = {
  count: number;
  latest: IncomingMessage;
  readonly queue: (() => void)[];
  /**
   * Cancels the time limit of the queue. While the queue waits, the connection may not be read, so the peer's end is
   * not seen.
   */
  stopClock: (() => void) | null;
  callbacks: { readonly remaining: number; run(): void }[];
};

/** @param failed called with an error that a handler throws synchronously; the connection is destroyed */
export function createHttpServers(
  limits: Limits,
  refused: RefusedConnections,
  failed: (error: unknown) => void,
): HttpServers {
  const connections = new WeakMap<Duplex, Waiting>();
  const made: Server[] = [];
  /** The connections whose further requests are ignored. */
  const closing = new WeakSet<Duplex>();

  function answered(socket: Duplex, waiting: Waiting): void {
    waiting.count -= 1;
    if (waiting.count === 0) connections.delete(socket);
    waiting.stopClock?.();
    waiting.stopClock = null;
    const next = socket.destroyed ? undefined : waiting.queue.shift();
    // The next turn of the loop lets other connections be served in between.
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
      // The end of the peer is not seen on a paused connection.
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
   * Delays the end of a connection until its body has arrived. Node ends a connection with "connection: close" as soon
   * as the answer is written, which resets a client that still sends. A proxy over HTTP/1.0, nginx's default, would
   * answer 502.
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
    // Node also reports the input that follows the broken input.
    if (closing.has(socket)) return;
    closing.add(socket);
    socket.on('error', () => socket.destroy());
    if (!socket.writable) {
      socket.destroy();
      return;
    }
    // A request with a broken body never gets another answer, so it is not waited for.
    const incomplete = connections.get(socket)?.latest.complete === false ? 1 : 0;
    whenLeft(socket, incomplete, () => refused.refuse(socket, requestErrorFor(error)));
  }

  return {
    create(handle) {
      // Node's default is 16 KB before version 22 and 64 KB since. A stalled client costs this size and one event.
      const highWaterMark = Math.floor(limits.bufferedBytes / 4);
      const times = { requestTimeout: REQUEST_TIMEOUT_MS, connectionsCheckingInterval: TIMEOUT_CHECK_MS };
      // Node's own answer to a request without a Host header has no body.
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
const UNEXPECTED = createRequestError(
  'BAD_REQUEST',
  'The only supported value of the header Expect is "100-continue".',
  {
    status: 417,
  },
);

/** Keeps the connection paused. Node resumes a connection after each of its requests. */
function readNothingMore(socket: Socket): void {
  socket.pause();
  socket.on('resume', () => socket.pause());
}

function requestErrorFor({ code }: NodeJS.ErrnoException): RequestError {
  switch (code) {
    case 'ERR_HTTP_REQUEST_TIMEOUT':
      return createRequestError(
        'BAD_REQUEST',
        `No complete request arrived in time (limit ${REQUEST_TIMEOUT_MS / SECOND} s).`,
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
