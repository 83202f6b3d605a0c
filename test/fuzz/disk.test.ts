/** The `disk` campaign with few inputs; `npm run fuzz -- disk` takes as many as wanted. */
import { expect, test } from '@jest/globals';
import { disk } from './disk.js';

test('a gateway on damaged files refuses them clearly or answers in GraphQL, never ends, and loses nothing without a word', async () => {
  const seed = Math.floor(Math.random() * 1_000_000);
  const said: string[] = [];
  const { failures, figures } = await disk({ inputs: 40, seed, say: (line) => said.push(line) });
  expect({ seed, failures, lost: figures['lost'], said: figures['lost'] === 0 ? [] : said }).toEqual({
    seed,
    failures: [],
    lost: 0,
    said: [],
  });
  expect(figures['refused']).toBeGreaterThan(0);
}, 60_000);
