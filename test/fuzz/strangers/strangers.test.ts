/**
 * A gateway survives arbitrary bytes of a stranger, serves others at once, and keeps nothing of them. `npm run fuzz`
 * sends more.
 */
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
  ])('an attack by %s ends no process, delays no other client and leaves nothing behind', async (_what, campaign) => {
    const { failures, inputs } = await campaign({ inputs: INPUTS, seed: SEED, say: () => {} });
    expect(failures).toEqual([]);
    expect(inputs).toBeGreaterThanOrEqual(INPUTS);
  });
});
