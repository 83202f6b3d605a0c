import { expect, test } from '@jest/globals';
import { MAX_CAUSES, createComplaints } from '../../../src/server/security/complaints.js';

test('each cause is logged once, and the first beyond the limit as the end of it', () => {
  const lines: string[] = [];
  const complain = createComplaints((message, error) => lines.push(`${message}|${String(error)}`), 'failed');
  for (let time = 0; time < 3; time += 1) {
    for (let cause = 0; cause < MAX_CAUSES + 20; cause += 1) complain(new Error(`cause ${cause}`));
  }
  expect(lines).toHaveLength(MAX_CAUSES + 1);
  expect(lines.slice(0, 2)).toEqual(['failed|Error: cause 0', 'failed|Error: cause 1']);
  expect(lines.at(-1)).toBe(
    'failed: further causes are not logged until the gateway is restarted (limit 100).|undefined',
  );
});
