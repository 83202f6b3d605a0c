/**
 * Each transport as one function: it sends an operation and returns its first answer in the form of the specification.
 */
import { openRawSocket } from './raw-socket.js';
import { answerOf, post, queryString, type Answer, type Params } from './requests.js';
import { openMultipart, openSse } from './response-streams.js';

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
