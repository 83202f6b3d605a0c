/** The pipeline counts and logs operations alike on all transports. */
import { expect, test } from '@jest/globals';
import { ASK } from '../../support/clients/ask.js';
import { startServer } from '../../support/server/server.js';

test('the pipeline counts and logs each operation once, with its transport', async () => {
  const { url, metric, lines } = await startServer();
  for (const ask of Object.values(ASK)) await ask(url, { query: 'query Hi { hello }' });
  for (const transport of ['http', 'websocket', 'sse', 'multipart']) {
    expect(await metric('gateway_operations_total', { transport, type: 'query', outcome: 'ok' })).toBe(
      transport === 'http' ? 2 : 1,
    );
  }
  expect(lines.filter((line) => line['msg'] === 'operation' && line['name'] === 'Hi')).toHaveLength(5);
});
