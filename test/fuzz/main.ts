/**
 * `npm run fuzz -- <campaign> [--inputs 10000] [--seed 1]` attacks a gateway with random inputs, prints the counts, and
 * fails if a promise was broken. `all` runs every campaign with as many inputs each.
 */
import { parseArgs } from 'node:util';
import type { Campaign } from './campaign.js';

type Entry = { readonly about: string; readonly load: () => Promise<Campaign> };

const CAMPAIGNS: Readonly<Record<string, Entry>> = {
  http: {
    about: 'requests over raw connections: well formed, mutated, pipelined, in pieces, reset',
    load: async () => (await import('./strangers/http.js')).default,
  },
  ws: {
    about: 'messages and frames over WebSockets, of any depth and width, in any order',
    load: async () => (await import('./strangers/ws.js')).default,
  },
  upgrade: {
    about: 'offers of another protocol in pipelines, and connections that break while they change hands',
    load: async () => (await import('./strangers/upgrade.js')).default,
  },
  names: {
    about: 'documents whose names are those of inherited members',
    load: async () => (await import('./documents/names.js')).names,
  },
  tokens: {
    about: 'any token, and an issuer that answers with anything',
    load: async () => (await import('./documents/tokens.js')).tokens,
  },
  upstream: {
    about: 'broken answers of AWS',
    load: async () => (await import('./upstream/upstream.js')).upstreamCampaign,
  },
  disk: {
    about: 'flipped bytes and cut files of the embedded store',
    load: async () => (await import('./disk/disk.js')).disk,
  },
};

function argumentsOf() {
  try {
    return parseArgs({
      allowPositionals: true,
      options: {
        inputs: { type: 'string', default: '10000' },
        seed: { type: 'string', default: String(Date.now() % 1_000_000) },
      },
    });
  } catch {
    return { values: { inputs: '', seed: '' }, positionals: [] };
  }
}

const { values, positionals } = argumentsOf();
const [name = ''] = positionals;
const inputs = Number(values.inputs);
const seed = Number(values.seed);
const chosen = name === 'all' ? Object.entries(CAMPAIGNS) : Object.entries(CAMPAIGNS).filter(([each]) => each === name);

if (chosen.length === 0 || !Number.isInteger(inputs) || inputs < 1 || !Number.isInteger(seed)) {
  const list = Object.entries(CAMPAIGNS).map(([each, { about }]) => `  ${each.padEnd(10)}${about}`);
  console.error(
    ['Usage: npm run fuzz -- <campaign> [--inputs 10000] [--seed 1]', ...list, '  all       every campaign'].join('\n'),
  );
  process.exit(2);
}

let failed = false;
for (const [each, { load }] of chosen) {
  const campaign = await load();
  const startedAt = performance.now();
  console.log(`${each}: seed ${seed}`);
  const result = await campaign({ inputs, seed, say: (line) => console.log(`  ${line}`) });
  const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
  const figures = Object.entries(result.figures).map(
    ([label, value]) => `${label} ${Number.isInteger(value) ? value : value.toFixed(1)}`,
  );
  console.log(
    `${each}: ${result.inputs} inputs in ${seconds} s, ${result.failures.length} ` +
      `failures${figures.length === 0 ? '' : `; ${figures.join(', ')}`}`,
  );
  for (const failure of result.failures.slice(0, 20))
    console.log(`  - ${failure.length > 600 ? `${failure.slice(0, 600)}…` : failure}`);
  failed ||= result.failures.length > 0;
}
process.exit(failed ? 1 : 0);
