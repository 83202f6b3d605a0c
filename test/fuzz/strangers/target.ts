/**
 * The attacked gateway, in a process of its own. It must stay alive, meet no unexpected error and answer others at
 * once, and nothing of the attack may remain.
 */
import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { resolve } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { heldConnections } from '../../support/clients/held-connections.js';

const GATEWAY = resolve(import.meta.dirname, '../../../start/main.js');

/** The longest delay that a stranger's request may cause to another request. */
export const LATE_MS = 200;
const PROBE_EVERY_MS = 10;
/** The connections of this process that may stay open between two requests. */
const OWN_CONNECTIONS = 4;
/** The longest wait is that for a request that never comes. */
const SETTLED_AFTER_MS = 60_000;

type Late = { readonly from: number; readonly to: number };

export type Target = {
  readonly url: string;
  /** The longest time of a probe so far. */
  slowestProbeMs(): number;
  /** Returns the moments of late probes, by performance.now(), and empties their list. */
  takeLate(): Late[];
  isAlive(): boolean;
  /** @returns the promises that the process breaks now, after a wait for connections to close */
  leftOver(): Promise<string[]>;
  stop(): Promise<void>;
};

/** @param auth `jwt` makes every caller a stranger without a token */
export async function startTarget(auth: 'none' | 'jwt'): Promise<Target> {
  const issuer = auth === 'jwt' ? await startIssuer() : null;
  const gateway = await startGateway(issuer === null ? {} : authentication(issuer));
  let over = false;
  gateway.child.once('close', () => (over = true));
  const origin = new URL(gateway.url).origin;
  let slowestMs = 0;
  let late: Late[] = [];
  const stopped = new AbortController();
  const probing = (async () => {
    while (!over && !stopped.signal.aborted) {
      const from = performance.now();
      const answered = await fetch(`${origin}/health/live`).then(
        async (answer) => answer.ok && (await answer.text()) === '{"live":true}',
        () => false,
      );
      const to = performance.now();
      slowestMs = Math.max(slowestMs, to - from);
      if (!answered || to - from > LATE_MS) late.push({ from, to });
      await sleep(PROBE_EVERY_MS);
    }
  })();

  async function problems(): Promise<string[]> {
    const found: string[] = [];
    const metrics = await fetch(`${origin}/metrics`).then(async (answer) => answer.text());
    for (const name of ['gateway_connections_open', 'gateway_subscriptions_open', 'gateway_unexpected_errors_total']) {
      const sum = [...metrics.matchAll(new RegExp(`^${name}(?:\\{[^}]*\\})? (\\S+)$`, 'gm'))].reduce(
        (total, [, value]) => total + Number(value),
        0,
      );
      if (sum !== 0) found.push(`${name} is ${sum}`);
    }
    const connections = heldConnections(Number(new URL(origin).port));
    if (connections > OWN_CONNECTIONS) found.push(`the gateway holds ${connections} connections`);
    const errors = gateway
      .stderr()
      .split('\n')
      .filter((line) => /"level":(50|60)|^\s+at |Warning/.test(line));
    if (errors.length > 0) found.push(`the log has errors: ${errors.slice(0, 3).join(' ').slice(0, 2000)}`);
    return found;
  }

  return {
    url: gateway.url,
    slowestProbeMs: () => slowestMs,
    takeLate() {
      const taken = late;
      late = [];
      return taken;
    },
    isAlive: () => !over,
    async leftOver() {
      const deadline = performance.now() + SETTLED_AFTER_MS;
      for (;;) {
        if (over) return [`the process ended: ${gateway.stderr().slice(-2000)}`];
        const found = await problems();
        if (found.length === 0 || performance.now() > deadline) return found;
        await sleep(250);
      }
    },
    async stop() {
      stopped.abort();
      await probing;
      if (!over) {
        gateway.child.kill('SIGTERM');
        await once(gateway.child, 'close');
      }
      issuer?.close();
    },
  };
}

async function startGateway(
  settings: Record<string, string>,
): Promise<{ readonly child: ChildProcess; readonly url: string; stderr(): string }> {
  const env = {
    PORT: '0',
    DATA_DIR: ':memory:',
    DRAIN_MS: '200',
    LOG_LEVEL: 'warn',
    HINTS_SECRET: 'a-secret-of-some-length',
    ...settings,
  };
  const child = spawn(process.execPath, ['--enable-source-maps', GATEWAY], {
    env: { PATH: process.env['PATH'] ?? '', ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  process.once('exit', () => child.kill('SIGKILL'));
  let stderr = '';
  let stdout = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr = (stderr + text).slice(-1_000_000)));
  const url = await new Promise<string>((found, failed) => {
    child.once('close', () => failed(new Error(`the gateway ended before it was ready: ${stderr}`)));
    child.stdout.setEncoding('utf8').on('data', (text: string) => {
      stdout += text;
      const [, address] = /URL +(\S+)[^]*curl/.exec(stdout) ?? [];
      if (address !== undefined) found(address);
    });
  });
  return { child, url, stderr: () => stderr };
}

/** An issuer without a published key: every token is a stranger's. */
async function startIssuer(): Promise<Server> {
  const server = createServer((_request, response) =>
    response.setHeader('content-type', 'application/json').end('{"keys":[]}'),
  );
  await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening));
  return server;
}

function authentication(issuer: Server): Record<string, string> {
  const { port } = issuer.address() as AddressInfo;
  return {
    AUTH: 'jwt',
    JWT_ISSUER: `http://127.0.0.1:${port}`,
    JWT_AUDIENCE: 'gateway',
    JWKS_URL: `http://127.0.0.1:${port}/keys`,
    EXPLORER: 'on',
  };
}
