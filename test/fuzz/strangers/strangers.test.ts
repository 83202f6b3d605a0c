/** A stranger's bytes, of whatever kind: the gateway lives, serves others at once, and nothing of them is left. More: `npm run fuzz`. */
import { describe, expect, test } from '@jest/globals';
import type { Campaign } from '../campaign.js';
import http from './http.js';
import upgrade from './upgrade.js';
import ws from './ws.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);
const INPUTS = 1500;

describe(`random input with the seed ${SEED}`, () => {
  test.each<[string, Campaign]>([
    ['HTTP requests', http],
    ['WebSocket messages and frames', ws],
    ['offers of another protocol', upgrade],
  ])(
    'as %s ends nothing, delays no other client and leaves nothing behind',
    async (_what, campaign) => {
      const { failures, inputs } = await campaign({ inputs: INPUTS, seed: SEED, say: () => {} });
      expect(failures).toEqual([]);
      expect(inputs).toBeGreaterThanOrEqual(INPUTS);
    },
    120_000,
  );
});
