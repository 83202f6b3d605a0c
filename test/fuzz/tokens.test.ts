import { expect, test } from '@jest/globals';
import { tokens } from './tokens.js';

test('no caller gets in without a genuine token, whatever tokens and the issuer say', async () => {
  const seed = Date.now() % 1_000_000;
  const { failures, figures } = await tokens({ inputs: 2000, seed, say: () => {} });
  expect({ seed, failures }).toEqual({ seed, failures: [] });
  expect(figures['caller']).toBeGreaterThan(0);
});
