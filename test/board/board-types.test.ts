/** The board compiles against the schema and the published operations. */
import { expect, test } from '@jest/globals';
import { complaints, generateTypes } from './board-types.js';

test('the board compiles with the types of the schema', async () => {
  await generateTypes();
  expect(await complaints()).toBe('');
});
