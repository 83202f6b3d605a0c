/**
 * One subscription on a WebSocket. To graphql-ws, which owns the protocol, it is a subscription without results that ends, fails or is
 * returned; the results go past it, because it would build each message anew, and wait several turns for each, for every subscriber.
 */
import { CloseCode } from 'graphql-ws';
import type { GraphQLError } from 'graphql';
import type { EndReason, Metrics } from '../lifecycle/metrics.js';
import type { Delivery, DeliveryReceiver, ResponseStream } from '../execution/response-stream.js';
import type { Socket } from './websocket-connection.js';

/** What a failed stream throws at graphql-ws, which catches it and asks `onError` how it should look. */
export class StreamFailed extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the stream failed');
  }
}

export class SocketStream implements AsyncIterableIterator<never, undefined>, DeliveryReceiver {
  readonly #id: string;
  readonly #stream: ResponseStream;
  readonly #socket: Socket;
  readonly #metrics: Metrics;
  #ended = false;
  /** Settles what `next` has promised. */
  #settle: (result: Last | Promise<Last>) => void = () => {};

  constructor(id: string, stream: ResponseStream, socket: Socket, metrics: Metrics) {
    this.#id = id;
    this.#stream = stream;
    this.#socket = socket;
    this.#metrics = metrics;
    metrics.streamOpened('websocket');
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Sends all results; settles when the stream is over. */
  next(): Promise<Last> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#stream.pull(this);
    });
  }

  deliver(delivery: Delivery | null): void {
    // After `return` the reader is gone, and what came in the meantime belongs to nobody; on a dead socket nobody would ever stop it.
    if (this.#ended || this.#socket.over) return this.#settle(DONE);
    if (delivery === null) return this.#settle(this.#end('complete'));
    if (delivery.kind === 'expired') {
      this.#socket.shut(CloseCode.Forbidden, 'The token has expired');
      return this.#settle(this.#end('expired'));
    }
    if (delivery.kind === 'failed') {
      this.#end('error');
      return this.#settle(Promise.reject(new StreamFailed(delivery.errors)));
    }
    this.#metrics.delivered('websocket');
    const room = this.#socket.send(`{"id":${JSON.stringify(this.#id)},"type":"next","payload":${delivery.json}}`);
    // The source is asked for the next event only when the reader has taken this one.
    if (room instanceof Promise) void room.then(() => this.#stream.pull(this));
    else this.#stream.pull(this);
  }

  async return(): Promise<Last> {
    const result = this.#end(this.#socket.over ? this.#socket.endReason : 'client');
    await this.#stream.return();
    return result;
  }

  #end(reason: EndReason): Last {
    if (!this.#ended) this.#metrics.streamEnded('websocket', reason);
    this.#ended = true;
    return DONE;
  }
}

type Last = IteratorReturnResult<undefined>;

const DONE: Last = { done: true, value: undefined };
