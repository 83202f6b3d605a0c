import { expect, test } from '@jest/globals';
import { names } from './names.js';

const seed = Number(process.env['FUZZ_SEED'] ?? Date.now() % 1_000_000);

test(`documents with the names of inherited members are treated like any other (seed ${seed})`, async () => {
  expect({ seed, failures: (await names({ inputs: 100, seed, say: () => {} })).failures }).toEqual({
    seed,
    failures: [],
  });
});
