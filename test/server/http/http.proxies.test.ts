/** Streams through proxies that compress and buffer, with the default settings of each proxy. */
import { once } from 'node:events';
import { createServer, request } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createGzip } from 'node:zlib';
import { describe, expect, test } from '@jest/globals';
import { whenDone } from '../../support/harness/cleanup.js';
import { freePort } from '../../support/programs/free-port.js';
import { installed } from '../../support/programs/installed.js';
import { startNginx } from '../../support/programs/proxies.js';
import { openMultipart, openSse } from '../../support/clients/response-streams.js';
import { post } from '../../support/clients/requests.js';
import { startServer, type TestServer } from '../../support/server/server.js';

/** Compresses every answer that it may, without a flush before the end, as Express' compression() does. */
async function compressingProxy(target: string): Promise<string> {
  const proxy = createServer((incoming, outgoing) => {
    const { method, headers } = incoming;
    const onward = request(new URL(incoming.url ?? '', target), { method, headers }, (answer) => {
      const mayCompress = !/(?:^|,)\s*no-transform\s*(?:,|$)/.test(answer.headers['cache-control'] ?? '');
      if (!mayCompress || !/gzip/.test(String(headers['accept-encoding']))) {
        outgoing.writeHead(answer.statusCode ?? 502, answer.headers);
        answer.pipe(outgoing);
        return;
      }
      const { 'content-length': _length, ...kept } = answer.headers;
      outgoing.writeHead(answer.statusCode ?? 502, { ...kept, 'content-encoding': 'gzip' });
      answer.pipe(createGzip()).pipe(outgoing);
    });
    outgoing.once('close', () => onward.destroy());
    onward.on('error', () => outgoing.destroy());
    incoming.pipe(onward);
  }).listen(0, '127.0.0.1');
  await once(proxy, 'listening');
  whenDone(() => {
    proxy.close();
    proxy.closeAllConnections();
  });
  return `http://127.0.0.1:${(proxy.address() as AddressInfo).port}/graphql`;
}

async function throughNginx(target: string, settings = ''): Promise<string> {
  const port = await freePort();
  await startNginx(
    `${settings}\nserver { listen 127.0.0.1:${port}; location / { proxy_pass ${new URL(target).origin}; } }`,
    port,
  );
  return `http://127.0.0.1:${port}/graphql`;
}

const FOLLOW = { query: 'subscription { follow { text } }' };

async function deliversEventsAsTheyHappen({ log }: TestServer, url: string): Promise<void> {
  const sse = await openSse(url, FOLLOW);
  const multipart = await openMultipart(url, FOLLOW);
  for (const text of ['one', 'two']) {
    log.append(text);
    const event = { data: { follow: { text } } };
    for (;;) {
      const message = await sse.next();
      if (message?.event === 'next') {
        expect(message.data).toEqual(event);
        break;
      }
    }
    for (;;) {
      const part = await multipart.next();
      if (part.payload !== undefined) {
        expect(part.payload).toEqual(event);
        break;
      }
    }
  }
  sse.abort();
  multipart.abort();
}

test('streams deliver their events through a proxy that compresses every answer that it may', async () => {
  const server = await startServer();
  const url = await compressingProxy(server.url);
  // The proxy compresses other answers.
  expect((await post(url, { query: '{ hello }' })).headers.get('content-encoding')).toBe('gzip');
  await deliversEventsAsTheyHappen(server, url);
});

(installed('nginx') === null ? describe.skip : describe)('nginx', () => {
  test('streams deliver their events through nginx with its default settings', async () => {
    const server = await startServer();
    await deliversEventsAsTheyHappen(server, await throughNginx(server.url));
  });

  test('streams deliver their events through nginx that compresses everything', async () => {
    const server = await startServer();
    const url = await throughNginx(server.url, 'gzip on; gzip_types *; gzip_proxied any; gzip_min_length 0;');
    expect((await post(url, { query: '{ hello }' })).headers.get('content-encoding')).toBe('gzip');
    await deliversEventsAsTheyHappen(server, url);
  });
});
