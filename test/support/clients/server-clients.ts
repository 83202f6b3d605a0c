/** Raw clients of every transport, which keep whatever arrives until it is asked for, so that no test can miss a message or must wait for time. */
import { afterEach } from '@jest/globals';
import { WebSocket, type ClientOptions } from 'ws';

export type Answer = {
  readonly data?: any;
  readonly errors?: { message: string; path?: unknown; extensions: Record<string, any> }[];
  readonly extensions?: any;
};

export type Params = {
  readonly query?: string;
  readonly variables?: unknown;
  readonly operationName?: unknown;
  readonly extensions?: unknown;
};

const cleanups: (() => void)[] = [];
afterEach(() => {
  for (const cleanup of cleanups.splice(0)) cleanup();
});

/** Looks again and again until there is something; a test's own timeout is the limit. */
export async function until<Found>(what: () => Found | Promise<Found>): Promise<NonNullable<Found>> {
  for (;;) {
    const found = await what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** What /health/ready says when the event loop is not late: other tests may keep the machine busy for a second. */
export async function readinessOf(url: string): Promise<{ status: number; ready: boolean; reasons: string[] }> {
  return until(async () => {
    const response = await fetch(new URL('/health/ready', url));
    const { ready, reasons } = (await response.json()) as { ready: boolean; reasons: string[] };
    return reasons.some((reason) => reason.startsWith('overloaded'))
      ? null
      : { status: response.status, ready, reasons };
  });
}

/** Resolves when a count has stayed the same for a while. */
export async function untilSteady(count: () => number): Promise<void> {
  let quiet = 0;
  let seen = -1;
  await until(() => {
    const now = count();
    quiet = now === seen ? quiet + 1 : 0;
    seen = now;
    return quiet > 50;
  });
}

/** A queue of what has arrived, for one reader. */
export function createInbox<Message>() {
  const messages: Message[] = [];
  let wake: () => void = () => {};
  let over = false;
  return {
    put(message: Message) {
      messages.push(message);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    /** @returns undefined once nothing more will come. */
    async next(): Promise<Message | undefined> {
      while (messages.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      return messages.shift();
    },
    waiting: () => messages.length,
  };
}

export async function post(url: string, params: unknown, headers: Record<string, string> = {}): Promise<Response> {
  return fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: typeof params === 'string' ? params : JSON.stringify(params),
  });
}

export async function answerOf(response: Response): Promise<Answer> {
  return (await response.json()) as Answer;
}

export function queryString(params: Params): string {
  const search = new URLSearchParams();
  if (params.query !== undefined) search.set('query', params.query);
  if (typeof params.operationName === 'string') search.set('operationName', params.operationName);
  if (params.variables !== undefined) search.set('variables', JSON.stringify(params.variables));
  if (params.extensions !== undefined) search.set('extensions', JSON.stringify(params.extensions));
  return search.toString();
}

export type RawSocket = {
  readonly socket: WebSocket;
  send(message: unknown): void;
  next(): Promise<any>;
  readonly closed: Promise<{ code: number; reason: string }>;
  /** connection_init, and its ack. */
  init(payload?: unknown): Promise<void>;
};

export function openRawSocket(
  url: string,
  options: { protocol?: string | string[]; headers?: Record<string, string> } & Omit<ClientOptions, 'protocol'> = {},
): RawSocket {
  const { protocol = 'graphql-transport-ws', ...rest } = options;
  const socket = new WebSocket(url.replace('http', 'ws'), protocol, rest);
  const inbox = createInbox<any>();
  cleanups.push(() => socket.terminate());
  socket.on('message', (data) => inbox.put(JSON.parse(Buffer.isBuffer(data) ? data.toString() : '')));
  const closed = new Promise<{ code: number; reason: string }>((resolve) => {
    socket.on('close', (code, reason) => {
      inbox.end();
      resolve({ code, reason: String(reason) });
    });
  });
  socket.on('error', () => {});
  const opened = new Promise<void>((resolve) => socket.on('open', () => resolve()));
  const send = (message: unknown) => socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  return {
    socket,
    closed,
    send: (message) => void opened.then(() => send(message)),
    next: () => inbox.next(),
    async init(payload) {
      await opened;
      send({ type: 'connection_init', ...(payload === undefined ? {} : { payload }) });
      const ack = await inbox.next();
      if (ack?.type !== 'connection_ack') throw new Error(`no ack: ${JSON.stringify(ack)}`);
    },
  };
}

/** Every way to ask: each takes one operation and gives back its first answer, formatted as the specification has it. */
export const ASK: Readonly<
  Record<string, (url: string, params: Params, headers?: Record<string, string>) => Promise<Answer>>
> = {
  POST: async (url, params, headers) => answerOf(await post(url, params, headers)),
  GET: async (url, params, headers = {}) =>
    answerOf(
      await fetch(`${url}?${queryString(params)}`, { headers: { 'apollo-require-preflight': 'true', ...headers } }),
    ),
  WebSocket: async (url, params, headers = {}) => {
    const raw = openRawSocket(url, { headers });
    await raw.init();
    raw.send({ id: '1', type: 'subscribe', payload: { query: '', ...params } });
    const message = await raw.next();
    return message?.type === 'error' ? { errors: message.payload } : message?.payload;
  },
  SSE: async (url, params, headers) => {
    const stream = await openSse(url, params, headers);
    for (let message = await stream.next(); message !== undefined; message = await stream.next()) {
      if (message.event === 'next') return message.data;
    }
    throw new Error(`SSE answered ${stream.response.status} and no event`);
  },
  multipart: async (url, params, headers) => {
    const stream = await openMultipart(url, params, headers);
    for (let part = await stream.next(); part !== undefined; part = await stream.next()) {
      if (part.payload !== undefined) return part.payload ?? { errors: part.errors };
    }
    throw new Error(`multipart answered ${stream.response.status} and no payload`);
  },
};

/** The status of an upgrade that is refused. */
export async function upgradeStatus(url: string, options: ClientOptions = {}): Promise<number> {
  const socket = new WebSocket(url.replace('http', 'ws'), 'graphql-transport-ws', options);
  cleanups.push(() => socket.terminate());
  socket.on('error', () => {});
  return new Promise((resolve) => {
    socket.on('open', () => resolve(101));
    socket.on('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0));
  });
}

export type SseMessage = {
  readonly event: string;
  readonly id: string | undefined;
  readonly data: any;
  readonly comment: boolean;
  readonly retry: string | undefined;
};

export type OpenResponse<Message> = {
  readonly response: Response;
  next(): Promise<Message | undefined>;
  abort(): void;
  /** Reads nothing more from the socket until `until` settles. */ hold(until: Promise<unknown>): void;
};

async function pump(
  response: Response,
  separator: string,
  take: (block: string) => void,
  end: () => void,
  held: { until: Promise<unknown> },
): Promise<void> {
  let buffer = '';
  const decoder = new TextDecoder();
  try {
    for await (const chunk of response.body ?? []) {
      await held.until;
      buffer += decoder.decode(chunk, { stream: true });
      for (let at = buffer.indexOf(separator); at >= 0; at = buffer.indexOf(separator)) {
        take(buffer.slice(0, at));
        buffer = buffer.slice(at + separator.length);
      }
    }
  } catch {
    // The connection broke or was aborted: for the reader, the stream is over.
  }
  // Half a message is none; only multipart's last delimiter has nothing after it.
  if (buffer.startsWith('--')) take(buffer);
  end();
}

/** Not left to the body: undici never ends a body that is aborted in the moment in which its last bytes arrive. */
function endBy(abort: AbortController, inbox: { end(): void }): void {
  abort.abort();
  inbox.end();
}

export async function openSse(
  url: string,
  params: Params | null,
  headers: Record<string, string> = {},
): Promise<OpenResponse<SseMessage>> {
  const abort = new AbortController();
  cleanups.push(() => abort.abort());
  const init = params === null ? {} : { method: 'POST', body: JSON.stringify(params) };
  const response = await fetch(url, {
    ...init,
    signal: abort.signal,
    headers: {
      ...(params === null ? {} : { 'content-type': 'application/json' }),
      accept: 'text/event-stream',
      ...headers,
    },
  });
  const inbox = createInbox<SseMessage>();
  const held = { until: Promise.resolve() as Promise<unknown> };
  if (!(response.headers.get('content-type') ?? '').startsWith('text/event-stream')) {
    inbox.put({ event: 'next', id: undefined, data: await response.json(), comment: false, retry: undefined });
    inbox.end();
  } else
    void pump(
      response,
      '\n\n',
      (block) => {
        const fields = new Map(
          block
            .split('\n')
            .map((line): [string, string] => [
              line.slice(0, line.indexOf(':')),
              line.slice(line.indexOf(':') + 1).trim(),
            ]),
        );
        const data = fields.get('data');
        inbox.put({
          event: fields.get('event') ?? '',
          id: fields.get('id'),
          data: data === undefined || data === '' ? data : JSON.parse(data),
          comment: block.startsWith(':'),
          retry: fields.get('retry'),
        });
      },
      () => inbox.end(),
      held,
    );
  return {
    response,
    next: () => inbox.next(),
    abort: () => endBy(abort, inbox),
    hold: (until) => void (held.until = until),
  };
}

export async function openMultipart(
  url: string,
  params: Params,
  headers: Record<string, string> = {},
): Promise<OpenResponse<any>> {
  const abort = new AbortController();
  cleanups.push(() => abort.abort());
  const response = await fetch(url, {
    method: 'POST',
    signal: abort.signal,
    body: JSON.stringify(params),
    headers: { 'content-type': 'application/json', accept: 'multipart/mixed;subscriptionSpec=1.0', ...headers },
  });
  const inbox = createInbox<any>();
  const held = { until: Promise.resolve() as Promise<unknown> };
  if (!(response.headers.get('content-type') ?? '').startsWith('multipart/mixed')) {
    inbox.put({ payload: await response.json() });
    inbox.end();
  } else
    void pump(
      response,
      '\r\n--graphql',
      (part) => {
        const body = part.slice(part.indexOf('\r\n\r\n') + 4);
        if (part.startsWith('--')) inbox.put('closing boundary');
        else if (part.includes('\r\n\r\n')) inbox.put(JSON.parse(body));
      },
      () => inbox.end(),
      held,
    );
  return {
    response,
    next: () => inbox.next(),
    abort: () => endBy(abort, inbox),
    hold: (until) => void (held.until = until),
  };
}
