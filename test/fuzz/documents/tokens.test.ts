import { expect, test } from '@jest/globals';
import { tokens } from './tokens.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`only a genuine token gives access, for any tokens and any answers of the issuer (seed ${seed})`, async () => {
  const { failures, figures } = await tokens({ inputs: 1000, seed, say: () => {} });
  expect({ seed, failures }).toEqual({ seed, failures: [] });
  expect(figures['caller']).toBeGreaterThan(0);
});
