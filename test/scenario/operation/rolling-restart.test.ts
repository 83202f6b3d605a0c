/**
 * Restarts two gateways in turn behind a real proxy with the configuration of src/worker/README.md. At the same time,
 * off-the-shelf clients follow all tasks and others start tasks. Nothing is lost, repeated or doubled, and no client
 * gives up.
 */
import { readFileSync } from 'node:fs';
import { beforeAll, expect, test } from '@jest/globals';
import { createClient as createSseClient } from 'graphql-sse';
import { createClient as createWsClient } from 'graphql-ws';
import { WebSocket } from 'ws';
import { whenDone } from '../../support/harness/cleanup.js';
import { installed } from '../../support/programs/installed.js';
import { startPostgres, type Postgres } from '../../support/programs/postgres.js';
import { freePort } from '../../support/programs/free-port.js';
import { startHaproxy, startNginx } from '../../support/programs/proxies.js';
import { createReplicas, tasksAt } from '../../support/programs/replicas.js';
import { post } from '../../support/clients/requests.js';
import { until } from '../../support/clients/waiting.js';

const FEED = 'subscription($after: String) { taskFeed(after: $after) { cursor isTerminal } }';
const START = `mutation($input: StartEngagementFromOpportunityTaskInput!) {
  startEngagementFromOpportunityTask(input: $input) { task { id } userErrors { message } }
}`;
/** The time between two starts of one client. */
const PACE_MS = 200;

const PROXIES = [
  { name: 'nginx', start: startNginx, watchers: 200 },
  { name: 'haproxy', start: startHaproxy, watchers: 60 },
];

let postgres: Postgres;
beforeAll(async () => {
  postgres = await startPostgres();
  whenDone(() => postgres.stop());
});

/** The configuration in src/worker/README.md, with the ports of this test. */
function configuration(language: string, ports: Readonly<Record<string, number>>): string {
  const block =
    new RegExp(`\`\`\`${language}\\n([^]*?)\`\`\``).exec(readFileSync('src/worker/README.md', 'utf8'))?.[1] ?? '';
  return Object.entries(ports).reduce((text, [shown, port]) => {
    expect(text).toContain(shown);
    return text.replaceAll(shown, String(port));
  }, block);
}

for (const { name, start, watchers: count } of PROXIES) {
  const whereInstalled = installed(name) === null ? test.skip : test;
  whereInstalled(
    `a restart of both gateways behind ${name} loses no start and no transition for ${count} subscribers`,
    async () => {
      const replicas = await createReplicas(await postgres.createDatabase(), { DRAIN_MS: '5000' });
      const [one, two, proxy] = [await freePort(), await freePort(), await freePort()];
      let gateways = await Promise.all([one, two].map((port) => replicas.add({ PORT: String(port) })));
      await start(configuration(name, { '4001': one, '4002': two, '8080': proxy }), proxy);
      const url = `http://127.0.0.1:${proxy}/graphql`;

      const [first] = gateways;
      if (first === undefined) throw new Error('no gateway');
      const before = await first.client.start('O6000000', 'where the feed begins');
      const after = (await first.client.follow(before.id)).at(-1)?.cursor ?? '';
      const { watchers, gaveUp } = watch(url, count, after);
      await until(() => watchers.every(({ connected }) => connected));

      const starts = startTasks(url, 4);
      await until(() => starts.started.length >= 10);
      for (const [index, port] of [one, two].entries()) {
        const gateway = gateways[index];
        gateway?.child.kill('SIGTERM');
        expect(await gateway?.ended).toEqual({ code: 0, signal: null });
        const known = starts.started.length;
        await until(() => starts.started.length >= known + 5);
        const back = await replicas.add({ PORT: String(port) });
        gateways = gateways.map((each, other) => (other === index ? back : each));
      }
      const known = starts.started.length;
      await until(() => starts.started.length >= known + 10);
      await starts.stop();

      const ended = (seen: readonly { isTerminal: boolean }[]) =>
        seen.filter(({ isTerminal }) => isTerminal).length >= starts.started.length;
      const whole = (await gateways[0]?.client.feed(after, ended))?.map(({ cursor }) => cursor);
      await until(() => gaveUp.length > 0 || watchers.every(({ cursors }) => cursors.length >= (whole?.length ?? 0)));
      expect(gaveUp).toEqual([]);
      for (const { cursors } of watchers) expect(cursors).toEqual(whole);
      for (const identifier of starts.started)
        expect([identifier, tasksAt(replicas.simulator, identifier)]).toEqual([identifier, 1]);
      process.stderr.write(
        `${name}: ${starts.started.length} starts, ${whole?.length} transitions to each watcher, repeated: ` +
          `${JSON.stringify(starts.refused)}\n`,
      );
      // A client repeats a request without an answer, and a request that the proxy or a stopping gateway refused.
      expect(starts.refused.filter((reason) => !/^(no answer|502|503)$/.test(reason))).toEqual([]);
      // A connection that the proxy has lost costs one attempt. More attempts would be an outage.
      expect(starts.mostAttempts()).toBeLessThanOrEqual(2);
    },
    300_000,
  );
}

type Watcher = { readonly cursors: string[]; connected: boolean };

/**
 * Subscribers, half over WebSocket, half over Server-Sent Events. Both clients send the same payload object again when
 * they reconnect.
 */
function watch(url: string, count: number, after: string): { watchers: Watcher[]; gaveUp: unknown[] } {
  const gaveUp: unknown[] = [];
  const ws = { url: url.replace('http', 'ws'), webSocketImpl: WebSocket, lazy: false, shouldRetry: () => true };
  const watchers = Array.from({ length: count }, (_, index): Watcher => {
    const watcher: Watcher = { cursors: [], connected: false };
    const payload = { query: FEED, variables: { after } };
    const connected = () => void (watcher.connected = true);
    const sink = {
      next({ data, errors }: { data?: any; errors?: unknown }) {
        if (errors !== undefined) gaveUp.push(errors);
        else {
          payload.variables.after = data.taskFeed.cursor;
          watcher.cursors.push(data.taskFeed.cursor);
        }
      },
      error: (error: unknown) => void gaveUp.push(error),
      complete: () => {},
    };
    const client: { subscribe(request: typeof payload, to: any): unknown; dispose(): unknown } =
      index % 2 === 0 ? createWsClient({ ...ws, on: { connected } }) : createSseClient({ url, on: { connected } });
    whenDone(() => client.dispose());
    client.subscribe(payload, sink);
    return watcher;
  });
  return { watchers, gaveUp };
}

/** Clients that start tasks one after the other, and repeat each under its token until it is accepted. */
function startTasks(url: string, clients: number) {
  const started: string[] = [];
  const refused: string[] = [];
  let most = 0;
  let over = false;
  async function attempt(identifier: string): Promise<boolean> {
    const input = {
      catalog: 'SANDBOX',
      identifier,
      clientToken: `token of ${identifier}`,
      awsSubmission: { involvementType: 'CO_SELL' },
    };
    const response = await post(url, { query: START, variables: { input } }).catch(() => null);
    const result: any = await response?.json().catch(() => null);
    const done = result?.data?.startEngagementFromOpportunityTask?.task?.id !== undefined;
    if (!done)
      refused.push(response === null ? 'no answer' : response.ok ? JSON.stringify(result) : String(response.status));
    return done;
  }
  const working = Array.from({ length: clients }, async (_, client) => {
    for (let count = 0; !over; count += 1) {
      const identifier = `O7${client}${String(count).padStart(5, '0')}`;
      let attempts = 1;
      for (; !(await attempt(identifier)); attempts += 1) await new Promise((resolve) => setTimeout(resolve, PACE_MS));
      most = Math.max(most, attempts);
      started.push(identifier);
      await new Promise((resolve) => setTimeout(resolve, PACE_MS));
    }
  });
  return {
    started,
    refused,
    mostAttempts: () => most,
    async stop() {
      over = true;
      await Promise.all(working);
    },
  };
}
