/** Documents that are nested deeper than the stack of the parser are refused, and cause no error in the log. */
import { expect, test } from '@jest/globals';
import { answerOf, post } from '../../support/clients/requests.js';
import { startServer } from '../../support/server/server.js';

const LEVELS = 24_000;

test.each([
  ['lists', `{items(first:${'['.repeat(LEVELS)}${']'.repeat(LEVELS)}){nodes{name}}}`],
  ['fields', `${'{items'.repeat(LEVELS)}${'}'.repeat(LEVELS)}`],
  ['types', `query($a:${'['.repeat(LEVELS)}Int${']'.repeat(LEVELS)}){items{nodes{name}}}`],
])('a document of deep %s is refused by the limit of depth if more tokens are allowed', async (_what, query) => {
  const { url } = await startServer({ limits: { tokens: 100_000 } });
  const answer = await answerOf(await post(url, { query }));
  expect(answer).toMatchObject({ errors: [{ extensions: { code: 'LIMIT_EXCEEDED', limit: 'depth' } }] });
});
