/**
 * One subscription on a WebSocket. graphql-ws owns the protocol and sees a subscription without results that ends,
 * fails or is returned. The results bypass graphql-ws, because it would serialize each message again for every
 * subscriber and wait several turns for each.
 */
import { CloseCode } from 'graphql-ws';
import type { GraphQLError } from 'graphql';
import type { EndReason, Metrics } from '../lifecycle/metrics.js';
import type { Delivery, DeliveryReceiver, ResponseStream } from '../execution/response-stream.js';
import type { WebSocketConnection } from './websocket-connection.js';

/** The error of a failed subscription. graphql-ws passes it to `onError`, which formats it. */
export class SubscriptionFailed extends Error {
  constructor(readonly errors: readonly GraphQLError[]) {
    super('the subscription failed');
  }
}

export class WebSocketSubscription implements AsyncIterableIterator<never, undefined>, DeliveryReceiver {
  readonly #id: string;
  readonly #stream: ResponseStream;
  readonly #socket: WebSocketConnection;
  readonly #metrics: Metrics;
  #ended = false;
  /** Settles the promise of `next`. */
  #settle: (result: Done | Promise<Done>) => void = () => {};

  constructor(id: string, stream: ResponseStream, socket: WebSocketConnection, metrics: Metrics) {
    this.#id = id;
    this.#stream = stream;
    this.#socket = socket;
    this.#metrics = metrics;
    metrics.streamOpened('websocket');
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  /** Sends all results. Settles when the stream has ended. */
  next(): Promise<Done> {
    return new Promise((resolve) => {
      this.#settle = resolve;
      this.#stream.pull(this);
    });
  }

  deliver(delivery: Delivery | null): void {
    // No client takes a result after `return`. On a closed socket nothing else would stop the pulls.
    if (this.#ended || this.#socket.over) return this.#settle(DONE);
    if (delivery === null) return this.#settle(this.#end('complete'));
    if (delivery.kind === 'expired') {
      this.#socket.shut(CloseCode.Forbidden, 'The token has expired');
      return this.#settle(this.#end('expired'));
    }
    if (delivery.kind === 'failed') {
      this.#end('error');
      return this.#settle(Promise.reject(new SubscriptionFailed(delivery.errors)));
    }
    this.#metrics.delivered('websocket');
    const room = this.#socket.send(`{"id":${JSON.stringify(this.#id)},"type":"next","payload":${delivery.json}}`);
    // The next event is requested only after this one was sent, so that a slow client slows its source.
    if (room instanceof Promise) void room.then(() => this.#stream.pull(this));
    else this.#stream.pull(this);
  }

  async return(): Promise<Done> {
    const result = this.#end(this.#socket.over ? this.#socket.endReason : 'client');
    await this.#stream.return();
    return result;
  }

  #end(reason: EndReason): Done {
    if (!this.#ended) this.#metrics.streamEnded('websocket', reason);
    this.#ended = true;
    return DONE;
  }
}

type Done = IteratorReturnResult<undefined>;

const DONE: Done = { done: true, value: undefined };
