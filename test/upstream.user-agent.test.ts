/** The products that the calls of a gateway name to AWS. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { expect, test } from '@jest/globals';
import { systemClock } from '../src/runtime/clock.js';
import { openDatabase } from '../src/db/open.js';
import { GET_OPPORTUNITY } from '../src/partner-central/record-operations.js';
import { createTelemetry } from '../src/runtime/telemetry.js';
import { VERSION } from '../src/version.js';
import { connectUpstream } from './support/aws/upstream.js';
import { configOf, type Settings } from './support/harness/gateway.js';
import { closeLater } from './support/harness/task-harness.js';

/** The headers of one call of a gateway with these settings. */
async function headersOf(settings: Settings): Promise<IncomingHttpHeaders> {
  let headers: IncomingHttpHeaders = {};
  const server = createServer((request, response) => {
    headers = request.headers;
    request.resume().on('end', () => response.end('{"Id":"O1"}'));
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
  const upstream = await connectUpstream({
    config: configOf({ PARTNER_CENTRAL_ENDPOINT: `http://127.0.0.1:${port}`, ...settings }),
    db,
    clock: systemClock,
    telemetry: createTelemetry({ level: 'silent' }),
  });
  closeLater(async () => {
    await upstream.close();
    server.closeAllConnections();
    server.close();
    await db.close();
  });
  await upstream.partnerCentral.read(GET_OPPORTUNITY, { catalog: 'SANDBOX', id: 'O1' });
  return headers;
}

const OWN = `partner-central-gateway/${VERSION}`;

test.each<[string, Settings, string]>([
  ['the gateway and its version', {}, OWN],
  [
    'the product of the operator in the form that AWS recommends',
    { AWS_USER_AGENT: 'Acme|Portal|HubSpot|1.2' },
    `${OWN} Acme|Portal|HubSpot|1.2`,
  ],
  ['several products', { AWS_USER_AGENT: ' Acme-Portal/1.2  Sync/3 ' }, `${OWN} Acme-Portal/1.2 Sync/3`],
])('each call names %s', async (_, settings, products) => {
  const headers = await headersOf(settings);
  for (const name of ['user-agent', 'x-amz-user-agent'])
    expect(headers[name]).toMatch(new RegExp(`^aws-sdk-js/.* ${products.replaceAll(/[|.]/g, '\\$&')}$`));
});
