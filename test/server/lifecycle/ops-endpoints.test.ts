/** The interfaces for operators and browsers: health, metrics, logs, spans, and the page. */
import { afterEach, describe, expect, test } from '@jest/globals';
import { context, trace, SpanStatusCode, type Span, type Tracer } from '@opentelemetry/api';
import { VERSION } from '../../../src/version.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { openSse } from '../../support/clients/response-streams.js';
import { answerOfReady, post } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';
import { startServer } from '../../support/server/server.js';

const at = (url: string, path: string) => url.replace('/graphql', path);

test('an idle connection stays open for longer than the 60 s of a load balancer, so that the balancer closes it', async () => {
  const { url } = await startServer();
  expect((await fetch(at(url, '/health/live'))).headers.get('keep-alive')).toBe('timeout=72');
});

describe('/health/ready', () => {
  const readiness = async (ready: () => Promise<{ ready: boolean; reasons: string[] }>) => {
    const { url, lines } = await startServer({ ready });
    return { ...(await answerOfReady(url)), lines };
  };

  test('a working server is ready, and reports its version and remarks', async () => {
    expect(await readiness(async () => ({ ready: true, reasons: ['starts are waiting'] }))).toMatchObject({
      status: 200,
      body: { ready: true, reasons: ['starts are waiting'], version: VERSION },
    });
  });

  test('a server with a failed dependency is not ready, and reports the reasons', async () => {
    expect(await readiness(async () => ({ ready: false, reasons: ['no database'] }))).toMatchObject({
      status: 503,
      body: { ready: false, reasons: ['no database'] },
    });
  });

  test('a failing readiness check makes the server not ready, and its error goes only to the log', async () => {
    const { status, body, lines } = await readiness(async () => {
      throw new Error('hunter2');
    });
    expect([status, body]).toEqual([503, { ready: false, reasons: ['the readiness check failed'], version: VERSION }]);
    expect(JSON.stringify(lines)).toContain('hunter2');
  });

  test('a late event loop makes the server not ready until it recovers', async () => {
    const { url } = await startServer();
    const ask = async () => (await fetch(at(url, '/health/ready'))).status;
    await ask();
    // The loop is blocked twice, because the first interval after a request only starts the measurement.
    for (let times = 0; times < 2; times += 1) {
      const blockedAt = performance.now();
      while (performance.now() - blockedAt < 1200);
      await new Promise((resolve) => setTimeout(resolve));
    }
    expect(await ask()).toBe(503);
    await until(async () => (await ask()) === 200);
  });
});

describe('/metrics', () => {
  test('the metrics count open, delivered, resumed and ended streams by transport', async () => {
    const { url, log } = await startServer();
    log.append('one', 'END');
    const raw = openRawSocket(url);
    await raw.init();
    raw.send({
      id: '1',
      type: 'subscribe',
      payload: { query: 'subscription { follow { text } }', extensions: { resume: { after: 'c1' } } },
    });
    while ((await raw.next())?.type !== 'complete');
    await openSse(url, { query: 'subscription { flood(kilobytes: 1) { text } }' });
    const response = await fetch(at(url, '/metrics'));
    expect(response.headers.get('content-type')).toContain('text/plain');
    const text = await response.text();
    for (const line of [
      'gateway_connections_open{transport="websocket"} 1',
      'gateway_connections_open{transport="sse"} 1',
      'gateway_connections_open{transport="multipart"} 0',
      'gateway_subscriptions_open{transport="websocket"} 0',
      'gateway_subscriptions_open{transport="sse"} 1',
      'gateway_deliveries_total{transport="websocket"} 1',
      'gateway_resumes_total{transport="websocket",outcome="resumed"} 1',
      'gateway_subscription_ends_total{transport="websocket",reason="complete"} 1',
      'gateway_operations_total{transport="websocket",type="subscription",outcome="ok"} 1',
    ])
      expect(text.split('\n')).toContain(line);
  });
});

test('a server whose log loses lines reports it in /health/ready and stays ready', async () => {
  const { url, telemetry } = await startServer();
  telemetry.logTrouble = () => 'Lines of the log are lost.';
  expect(await answerOfReady(url)).toEqual({
    status: 200,
    body: { ready: true, reasons: ['Lines of the log are lost.'], version: VERSION },
  });
});

describe('the log', () => {
  test('the log contains neither tokens nor variables', async () => {
    const { url, lines } = await startServer();
    await post(
      url,
      { query: 'query Hi($name: String) { hello(name: $name) boom }', variables: { name: 'a-private-name' } },
      { authorization: 'Bearer a-private-token' },
    );
    expect(lines.length).toBeGreaterThan(0);
    expect(JSON.stringify(lines)).not.toContain('a-private');
  });
});

describe('spans', () => {
  afterEach(() => trace.disable());

  test('operations and deliveries have spans, and deliveries link to their subscription', async () => {
    const spans: { name: string; attributes: unknown; links: unknown; status: unknown; ended: boolean; id: string }[] =
      [];
    const tracer: Tracer = {
      startSpan(name, options = {}) {
        const recorded = {
          name,
          attributes: options.attributes,
          links: options.links,
          status: undefined as unknown,
          ended: false,
          id: String(spans.length),
        };
        spans.push(recorded);
        const span: Span = trace.wrapSpanContext({
          traceId: '1'.repeat(32),
          spanId: recorded.id.padStart(16, '1'),
          traceFlags: 1,
        });
        return Object.assign(span, {
          setStatus: (status: unknown) => ((recorded.status = status), span),
          end: () => void (recorded.ended = true),
        });
      },
      startActiveSpan: () => {
        throw new Error('not used');
      },
    };
    trace.setGlobalTracerProvider({ getTracer: () => tracer });
    const { url, log } = await startServer();
    await post(url, { query: 'query Hi { hello }' });
    await post(url, { query: 'mutation M { boom }' });
    log.append('END');
    const stream = await openSse(url, { query: 'subscription S { follow { text } }' });
    while ((await stream.next()) !== undefined);
    expect(spans.map(({ name, ended }) => [name, ended])).toEqual([
      ['graphql.query', true],
      ['graphql.mutation', true],
      ['graphql.subscription', true],
      ['graphql.delivery', true],
    ]);
    expect(spans[0]?.attributes).toMatchObject({ 'graphql.operation.name': 'Hi', 'graphql.operation.type': 'query' });
    expect(spans[3]?.links).toMatchObject([{ context: { spanId: '2'.padStart(16, '1') } }]);
    expect(SpanStatusCode.ERROR).toBe(2);
    expect(context.active()).toBeDefined();
  });
});

describe('the page at the endpoint', () => {
  const browse = async (options: Parameters<typeof startServer>[0] = {}) => {
    const { url } = await startServer(options);
    // The Accept header of Chromium.
    return fetch(url, {
      headers: { accept: 'text/html,application/xhtml+xml,application/xml;q=0.9,image/avif,image/webp,*/*;q=0.8' },
    });
  };

  test('the page embeds Sandbox with the document, for queries and subscriptions at this address', async () => {
    const response = await browse({ sandboxDocument: 'query Start { hello } # </script><script>alert(1)</script>' });
    expect(response.status).toBe(200);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    const html = await response.text();
    expect(html).toContain('new window.EmbeddedSandbox');
    expect(html).toContain("initialSubscriptionEndpoint: endpoint.replace(/^http/, 'ws')");
    expect(html).toContain('query Start { hello }');
    expect(html).not.toContain('<script>alert(1)');
  });

  test('the page has a policy with its own nonce and every source that it uses', async () => {
    const response = await browse();
    const policy = response.headers.get('content-security-policy') ?? '';
    const html = await response.text();
    const nonce = /'nonce-([^']+)'/.exec(policy)?.[1];
    expect(nonce).toBeDefined();
    for (const [, used] of html.matchAll(/nonce="([^"]+)"/g)) expect(used).toBe(nonce);
    for (const [, source] of html.matchAll(/(?:src|href)="(https:\/\/[^/"]+)/g)) expect(policy).toContain(source);
    expect(html.match(/<(?:script|style)(?![^>]*nonce=)/)).toBeNull();
    expect((await browse()).headers.get('content-security-policy')).not.toBe(policy);
  });

  test('the page leads to GraphiQL below the endpoint, also without scripts', async () => {
    const html = await (await browse()).text();
    expect(html).toContain('<a class="explorer" href="graphql/explorer">');
    expect(html).toContain('curl -N');
  });

  test('the page does not exist while the explorer is off', async () => {
    const response = await browse({ explorer: false });
    expect(response.status).toBe(400);
    expect(response.headers.get('content-type')).toContain('application/json');
  });

  test('the page does not exist while only registered operations run, because Sandbox would not work', async () => {
    const response = await browse({ persisted: { mode: 'only', documents: new Map() } });
    expect([response.status, response.headers.get('content-type')]).toEqual([
      400,
      expect.stringContaining('application/json'),
    ]);
  });

  test('HEAD of a browser returns the headers of the page', async () => {
    const { url } = await startServer();
    const response = await fetch(url, { method: 'HEAD', headers: { accept: 'text/html' } });
    expect([response.status, response.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
  });

  test('clients that accept anything get JSON instead of the page', async () => {
    const { url } = await startServer();
    const response = await fetch(`${url}?query={hello}`, {
      headers: { accept: '*/*', 'apollo-require-preflight': '1' },
    });
    expect(await response.json()).toEqual({ data: { hello: 'hello world' } });
  });
});
