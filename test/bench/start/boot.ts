/**
 * Measures the time from the start of the process to its first response, and its memory then. It compares the gateway
 * (with an empty and a used data directory, and on PostgreSQL) with a typical server without a store.
 */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { startPostgres } from '../../support/programs/postgres.js';
import { PEERS } from '../children.js';
import { inTurn, optionsOf } from '../options.js';
import { installPeers, versionsOf } from '../peers.js';
import { GATEWAY, GATEWAY_READY, SIMULATOR, residentMb, spawnUntil } from '../processes.js';
import { atMost, median, publish, rounded } from '../report.js';

type Boot = { readonly ms: number; readonly mb: number };
type Variant = { readonly label: string; boot(): Promise<Boot> };

const QUESTION = JSON.stringify({ query: '{ task(id: "01900000-0000-7000-8000-000000000000") { id status } }' });

export async function run(args: string[]): Promise<void> {
  const { rounds } = optionsOf(args, { rounds: 9 });
  installPeers();
  const directory = mkdtempSync(join(tmpdir(), 'gateway-boot-'));
  const postgres = await startPostgres();
  const { match: endpoint, child: simulator } = await spawnUntil(SIMULATOR, { PORT: '0' }, /ready at (\S+)/);
  try {
    const aws = { PARTNER_CENTRAL_ENDPOINT: endpoint, AWS_ACCESS_KEY_ID: 'any', AWS_SECRET_ACCESS_KEY: 'any' };
    const databaseUrl = await postgres.createDatabase();
    let count = 0;
    const fresh = (): string => join(directory, `data-${(count += 1)}`);
    const used = fresh();
    const gateway = (label: string, settings: () => Record<string, string>): Variant => ({
      label,
      boot: () => boot(GATEWAY, { LOG_LEVEL: 'error', PORT: '0', ...settings() }, GATEWAY_READY),
    });
    const peer: Variant = {
      label: 'Apollo Server + Express + type-graphql + SDK, keeping nothing',
      boot: () =>
        boot(
          `${PEERS}/boot.mjs`,
          { NODE_ENV: 'production', AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED: 'true', ...aws },
          /ready at (\S+)/,
        ),
    };
    const first = gateway('**gateway**, first start', () => ({ ...aws, DATA_DIR: fresh() }));
    const second = gateway('**gateway**, second start', () => ({ ...aws, DATA_DIR: used }));
    const onPostgres = gateway('**gateway** on PostgreSQL', () => ({ ...aws, DATABASE_URL: databaseUrl }));
    const withSimulator = gateway('**gateway** as `npm start` runs it, with its simulator', () => ({
      DATA_DIR: fresh(),
    }));
    const variants = [peer, first, second, onPostgres, withSimulator];

    const boots = new Map(variants.map((variant): [Variant, Boot[]] => [variant, []]));
    // The first start fills the disk's cache, creates the tables, and makes the next start a second one.
    for (const variant of variants) await variant.boot();
    for (let round = 0; round < rounds; round += 1) {
      for (const variant of variants) boots.get(variant)?.push(await variant.boot());
    }

    const medians = new Map(
      [...boots].map(([variant, each]): [Variant, Boot] => [
        variant,
        { ms: median(each.map(({ ms }) => ms)), mb: median(each.map(({ mb }) => mb)) },
      ]),
    );
    const of = (variant: Variant): Boot => medians.get(variant) ?? { ms: Number.NaN, mb: Number.NaN };
    const base = of(peer);
    publish({
      name: 'boot',
      about: `From the start of the process to its first answer, and its resident memory then; ${inTurn(rounds)}.`,
      versions: versionsOf('@apollo/server', 'express', 'type-graphql', '@aws-sdk/client-partnercentral-selling'),
      tables: [
        {
          title: 'Start of the process',
          head: ['', 'first answer', '', 'memory', ''],
          rows: [...medians].map(([{ label }, { ms, mb }]) => [
            label,
            `${rounded(ms)} ms`,
            `${rounded(ms / base.ms)} ×`,
            `${rounded(mb)} MB`,
            `${rounded(mb / base.mb)} ×`,
          ]),
        },
      ],
      goals: [first, second, onPostgres].flatMap((variant) => [
        atMost(`${plain(variant.label)}: time`, of(variant).ms / base.ms, 0.8),
        atMost(`${plain(variant.label)}: memory`, of(variant).mb / base.mb, 1.2),
      ]),
      details: Object.fromEntries([...boots].map(([{ label }, each]) => [label, each])),
    });
  } finally {
    simulator.kill('SIGKILL');
    await postgres.stop();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function boot(script: string, env: Record<string, string>, ready: RegExp): Promise<Boot> {
  const begun = performance.now();
  const { child, ended, match: url } = await spawnUntil(script, env, ready);
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: QUESTION,
    signal: AbortSignal.timeout(10_000),
  });
  const text = await response.text();
  const ms = performance.now() - begun;
  const mb = residentMb(child.pid ?? 0);
  child.kill('SIGKILL');
  await ended;
  if (text.trim() !== '{"data":{"task":null}}') throw new Error(`${script} answered ${text}`);
  return { ms, mb };
}

function plain(markdown: string): string {
  return markdown.replaceAll('*', '');
}
