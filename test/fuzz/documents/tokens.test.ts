import { expect, test } from '@jest/globals';
import { tokens } from './tokens.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`no caller gets in without a genuine token, whatever tokens and the issuer say (seed ${seed})`, async () => {
  const { failures, figures } = await tokens({ inputs: 1000, seed, say: () => {} });
  expect({ seed, failures }).toEqual({ seed, failures: [] });
  expect(figures['caller']).toBeGreaterThan(0);
}, 120_000);
