import { expect, test } from '@jest/globals';
import { upstreamCampaign } from './upstream.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`broken answers of AWS end no process, lose or double no start, and stall nothing (seed ${SEED})`, async () => {
  const { inputs, failures } = await upstreamCampaign({ inputs: 400, seed: SEED, say: () => undefined });
  expect({ seed: SEED, failures }).toEqual({ seed: SEED, failures: [] });
  expect(inputs).toBeGreaterThanOrEqual(400);
}, 240_000);
