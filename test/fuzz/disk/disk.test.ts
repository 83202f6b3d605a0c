/** The `disk` campaign with few inputs. `npm run fuzz -- disk` takes any number. */
import { expect, test } from '@jest/globals';
import { disk } from './disk.js';

const SEED = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`damaged files are refused clearly or served, end no process and lose nothing silently (seed ${SEED})`, async () => {
  const said: string[] = [];
  const { failures, figures } = await disk({ inputs: 40, seed: SEED, say: (line) => said.push(line) });
  const { lost = 0 } = figures;
  expect({ seed: SEED, failures, lost, said: lost === 0 ? [] : said }).toEqual({
    seed: SEED,
    failures: [],
    lost: 0,
    said: [],
  });
  expect(figures['refused']).toBeGreaterThan(0);
  // Forty gateways run in sequence, and each takes seconds on a busy machine.
}, 240_000);
