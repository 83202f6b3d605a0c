/** Clients of SSE and of multipart. They keep each message until the test asks for it, so that no test misses one. */
import { afterEach } from '@jest/globals';
import type { Params } from './requests.js';
import { createInbox } from './waiting.js';

const aborts: AbortController[] = [];
afterEach(() => {
  for (const abort of aborts.splice(0)) abort.abort();
});

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
  /** Stops reading the socket until `until` settles. */
  hold(until: Promise<unknown>): void;
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
    // The connection broke or was aborted, so the stream is over for its reader.
  }
  // Half a message does not count. Only the last delimiter of multipart has nothing after it.
  if (buffer.startsWith('--')) take(buffer);
  end();
}

/**
 * Ends the inbox too, because undici never ends a body that is aborted at the moment in which its last bytes arrive.
 */
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
  aborts.push(abort);
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
  aborts.push(abort);
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
