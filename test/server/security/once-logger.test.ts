import { expect, test } from '@jest/globals';
import { MAX_CAUSES, createOnceLogger } from '../../../src/server/security/once-logger.js';

test('each cause is logged once, and the first cause beyond the limit ends the log', () => {
  const lines: string[] = [];
  const logOnce = createOnceLogger((message, error) => lines.push(`${message}|${String(error)}`), 'failed');
  for (let time = 0; time < 3; time += 1) {
    for (let cause = 0; cause < MAX_CAUSES + 20; cause += 1) logOnce(new Error(`cause ${cause}`));
  }
  expect(lines).toHaveLength(MAX_CAUSES + 1);
  expect(lines.slice(0, 2)).toEqual(['failed|Error: cause 0', 'failed|Error: cause 1']);
  expect(lines.at(-1)).toBe(
    'failed: further causes are not logged until the gateway is restarted (limit 100).|undefined',
  );
});
