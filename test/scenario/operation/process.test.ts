import { readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { join } from 'node:path';
import { GetOpportunityCommand, PartnerCentralSellingClient } from '@aws-sdk/client-partnercentral-selling';
import { describe, expect, test } from '@jest/globals';
import {
  buildClientSchema,
  buildSchema,
  getIntrospectionQuery,
  lexicographicSortSchema,
  printSchema,
  type GraphQLSchema,
} from 'graphql';
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { VERSION } from '../../../src/version.js';
import { temporaryDirectory } from '../../support/harness/directory.js';
import { GATEWAY, spawnGateway, spawnNode, spawnProcess } from '../../support/programs/process.js';
import { openRawSocket } from '../../support/clients/raw-socket.js';
import { readinessOf } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const START =
  'mutation { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000005", awsSubmission: ' +
  '{ involvementType: CO_SELL } }) { task { id status } userErrors { message } } }';

async function query(url: string, query: string): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query }),
  });
  return response.json();
}

describe('The process', () => {
  test('the ready block shows the URL, the upstream, the data and a command to try, and the command works', async () => {
    const directory = temporaryDirectory();
    const gateway = await spawnGateway({ DATA_DIR: directory });
    expect(gateway.stdout()).toMatch(/ready/);
    const [, endpoint = ''] = await gateway.waitFor(/Upstream +the built-in simulator at (\S+): nothing reaches AWS\n/);
    const { Customer } = await new PartnerCentralSellingClient({
      endpoint,
      region: 'us-east-1',
      credentials: { accessKeyId: 'any', secretAccessKey: 'any' },
    }).send(new GetOpportunityCommand({ Catalog: 'Sandbox', Identifier: 'O5000002' }));
    expect(Customer?.Account?.CompanyName).toEqual(expect.any(String));
    expect(gateway.stdout()).toContain(directory);
    const [, body = ''] = await gateway.waitFor(/-d '(.*)'/);
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body,
    });
    expect(await response.json()).toEqual({
      data: {
        startEngagementFromOpportunityTask: { task: { id: expect.any(String), status: 'IN_PROGRESS' }, userErrors: [] },
      },
    });
    gateway.child.kill('SIGTERM');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  });

  test.each([
    [{}, ['Board', 'Sandbox']],
    [{ BOARD: 'off' }, ['Sandbox']],
    [{ EXPLORER: 'off' }, ['Board']],
    // Sandbox sends operations of its own, and the board only published ones.
    [{ PERSISTED_OPERATIONS: 'only' }, ['Board']],
    [{ BOARD: 'off', EXPLORER: 'off' }, []],
  ])('the ready block names the pages that exist with the settings %j', async (settings, names) => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:', ...settings });
    const pages = [...gateway.stdout().matchAll(/^ {2}(\w+) +(\S+) \(open it in a browser\)$/gm)];
    expect(pages.map(([, name]) => name)).toEqual(names);
    for (const [, , address = ''] of pages) {
      const page = await fetch(address, { headers: { accept: 'text/html' } });
      expect([page.status, page.headers.get('content-type')]).toEqual([200, 'text/html; charset=utf-8']);
    }
    gateway.child.kill('SIGTERM');
    await gateway.ended;
  });

  test('the version stands in the ready block, in the first log line, in readiness and in the metrics', async () => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:' });
    expect(gateway.stdout()).toMatch(new RegExp(`^ {2}Version +${VERSION.replaceAll('.', '\\.')}$`, 'm'));
    // The ready block comes through another pipe, and may be read before the line.
    const line = await until(() => /^.*\n/.exec(gateway.stderr())?.[0]);
    expect(JSON.parse(line)).toMatchObject({
      msg: 'starting',
      version: VERSION,
      node: process.version,
    });
    expect(await readinessOf(gateway.url)).toEqual({ status: 200, ready: true, reasons: [] });
    const ready = await fetch(new URL('/health/ready', gateway.url));
    expect(await ready.json()).toMatchObject({ version: VERSION });
    const metrics = await (await fetch(new URL('/metrics', gateway.url))).text();
    expect(metrics).toContain(`\ngateway_build_info{version="${VERSION}",node="${process.version}"} 1\n`);
    for (const name of [
      'process_cpu_seconds_total',
      'process_resident_memory_bytes',
      'nodejs_eventloop_lag_p99_seconds',
      'nodejs_heap_size_used_bytes',
    ]) {
      expect(metrics).toMatch(new RegExp(`^${name} [0-9.e-]+$`, 'm'));
    }
    gateway.child.kill('SIGTERM');
    await gateway.ended;
  });

  test('a second signal to stop ends the process at once with 1', async () => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:', DRAIN_MS: '300000' });
    const socket = openRawSocket(gateway.url);
    await socket.init();
    gateway.child.kill('SIGTERM');
    await gateway.waitFor(/Stopping/);
    const again = setInterval(() => gateway.child.kill('SIGTERM'), 100);
    expect(await gateway.ended).toEqual({ code: 1, signal: null });
    clearInterval(again);
  });

  test.each([
    [
      { AUTH: 'jwt', JWT_ISSUER: 'https://issuer.example', JWT_AUDIENCE: 'x' },
      /curl .*-H 'authorization: Bearer <token>'/,
    ],
    [{ PERSISTED_OPERATIONS: 'only' }, /curl -s \S+\/health\/ready\n/],
    [{ UPSTREAM: 'aws' }, /curl [^]*-d '\{"query":"\{partnerCentral\{/],
    [{ CATALOGS: 'AWS' }, /curl [^]*-d '\{"query":"\{partnerCentral\{/],
  ])('the command to try fits the settings %j, and starts nothing at AWS', async (settings, command) => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:', ...settings });
    expect(gateway.stdout()).toMatch(command);
    gateway.child.kill('SIGTERM');
    await gateway.ended;
  });

  test('the bundled process serves the published schema, although the bundler renames classes', async () => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:' });
    const introspected = await query(gateway.url, getIntrospectionQuery({ specifiedByUrl: true }));
    const inOrder = (schema: GraphQLSchema) => printSchema(lexicographicSortSchema(schema));
    const published = readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8');
    expect(inOrder(buildClientSchema(introspected.data))).toBe(inOrder(buildSchema(published)));
    gateway.child.kill('SIGTERM');
    await gateway.ended;
  });

  test.each([
    ['SIGTERM', 'with 0', { code: 0, signal: null }],
    ['SIGINT', 'with 0', { code: 0, signal: null }],
    ['SIGHUP', 'by that signal', { code: null, signal: 'SIGHUP' }],
  ] as const)(
    'the process ends on %s %s within 10 s, closes its streams first, and finds its data at the next start',
    async (signal, _how, end) => {
      const env = { DATA_DIR: temporaryDirectory(), DRAIN_MS: '500' };
      const first = await spawnGateway(env);
      const started = await query(first.url, START);
      const { id } = started.data.startEngagementFromOpportunityTask.task;

      const closed = new Promise<{ code: number }>((resolve) => {
        const client = createClient({
          url: first.url.replace('http', 'ws'),
          webSocketImpl: WebSocket,
          retryAttempts: 0,
          on: { closed: (event) => resolve(event as { code: number }) },
        });
        client.subscribe(
          { query: `subscription { taskTransitions(id: "${id}") { status } }` },
          { next: () => first.child.kill(signal), error: () => undefined, complete: () => undefined },
        );
      });
      const begun = performance.now();
      expect((await closed).code).toBe(1012);
      expect(await first.ended).toEqual(end);
      expect(performance.now() - begun).toBeLessThan(10_000);

      const second = await spawnGateway(env);
      const found = await query(second.url, `{ task(id: "${id}") { id status } tasks { totalCount } }`);
      expect(found.data).toEqual({ task: { id, status: 'IN_PROGRESS' }, tasks: { totalCount: 1 } });
      second.child.kill('SIGTERM');
      await second.ended;
    },
  );

  test('the two signals of one Ctrl-C, from terminal and npm, count as one', async () => {
    const gateway = await spawnGateway({ DATA_DIR: ':memory:', DRAIN_MS: '0' });
    gateway.child.kill('SIGINT');
    gateway.child.kill('SIGINT');
    expect(await gateway.ended).toEqual({ code: 0, signal: null });
  });

  test('a process started by npm ends with 0 when npm is stopped', async () => {
    const npm = spawnProcess('npm', ['start', '--ignore-scripts'], { PORT: '0', DATA_DIR: ':memory:', DRAIN_MS: '0' });
    const [, url = ''] = await npm.waitFor(/URL +(\S+)[^]*curl/);
    npm.child.kill('SIGTERM');
    expect(await npm.ended).toEqual({ code: 0, signal: null });
    await expect(fetch(url)).rejects.toThrow();
  });

  test('wrong settings are all named, and the process ends with 2', async () => {
    const gateway = spawnNode(GATEWAY, {
      PORT: 'http',
      AUTH: 'maybe',
      CATALOGS: 'Sandbox,Moon',
      DATABSE_URL: 'postgres://a.example/b',
    });
    expect(await gateway.ended).toEqual({ code: 2, signal: null });
    expect(gateway.stderr()).toContain('Is DATABASE_URL meant?');
    for (const name of ['PORT', 'AUTH', 'CATALOGS']) expect(gateway.stderr()).toContain(`${name} is`);
    expect(gateway.stderr()).not.toMatch(/at .*\.js/);
  });

  test('a failed start is explained in a sentence, and the process ends with 1', async () => {
    const taken = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => taken.once('listening', resolve));
    const address = taken.address();
    const port = typeof address === 'object' && address !== null ? String(address.port) : '';
    const busy = spawnNode(GATEWAY, { PORT: port, DATA_DIR: ':memory:' });
    expect(await busy.ended).toEqual({ code: 1, signal: null });
    expect(busy.stderr()).toMatch(new RegExp(`port ${port}.*(in use|taken)`, 'i'));
    taken.close();

    const elsewhere = spawnNode(GATEWAY, {
      PORT: '0',
      DATA_DIR: ':memory:',
      HOST: 'nope.invalid',
      AUTH: 'jwt',
      JWT_ISSUER: 'https://issuer.example',
      JWT_AUDIENCE: 'x',
    });
    expect(await elsewhere.ended).toEqual({ code: 1, signal: null });
    expect(elsewhere.stderr()).toMatch(
      /^The gateway could not start: this machine has no address nope\.invalid\. Set HOST to one of its own, for example 127\.0\.0\.1\.$/m,
    );

    const directory = temporaryDirectory();
    writeFileSync(join(directory, 'file'), '');
    const noDirectory = spawnNode(GATEWAY, { PORT: '0', DATA_DIR: join(directory, 'file') });
    expect(await noDirectory.ended).toEqual({ code: 1, signal: null });
    expect(noDirectory.stderr()).toContain(join(directory, 'file'));
    expect(noDirectory.stderr()).not.toMatch(/at .*\.js/);
  });

  test('a process with UPSTREAM=aws refuses the data of a simulator', async () => {
    const directory = temporaryDirectory();
    const simulated = await spawnGateway({ DATA_DIR: directory });
    simulated.child.kill('SIGTERM');
    await simulated.ended;
    const real = spawnNode(GATEWAY, { PORT: '0', DATA_DIR: directory, UPSTREAM: 'aws' });
    expect(await real.ended).toEqual({ code: 1, signal: null });
    expect(real.stderr()).toMatch(/written with UPSTREAM=simulator.*another DATA_DIR/);
  });
});
