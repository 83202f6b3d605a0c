import { expect, test } from '@jest/globals';
import { names } from './names.js';

test('documents with the names of inherited members are treated like any other', async () => {
  const seed = Date.now() % 1_000_000;
  expect({ seed, failures: (await names({ inputs: 100, seed, say: () => {} })).failures }).toEqual({
    seed,
    failures: [],
  });
});
