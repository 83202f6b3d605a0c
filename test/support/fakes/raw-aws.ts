/** A service that speaks AWS's protocol with exact bytes, and keeps the bytes and headers of every request. */
import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders } from 'node:http';
import type { AddressInfo } from 'node:net';
import { createPartnerCentral } from '../../../src/partner-central/client.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { createManualClock } from './manual-clock.js';

export const RAW_CREDENTIALS = { accessKeyId: 'AKIDEXAMPLE', secretAccessKey: 'secret' };

export type RawRequest = { readonly operation: string; readonly headers: IncomingHttpHeaders; readonly body: string };

/** @param answers the text of the answer of each operation */
export async function openRawAws(answers: Readonly<Record<string, string>>) {
  const requests: RawRequest[] = [];
  const server = createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => {
      const operation = String(request.headers['x-amz-target']).split('.')[1] ?? '';
      requests.push({ operation, headers: request.headers, body: Buffer.concat(chunks).toString() });
      response.writeHead(200, { 'content-type': 'application/x-amz-json-1.0' }).end(answers[operation] ?? '{}');
    });
  });
  await once(server.listen(0, '127.0.0.1'), 'listening');
  const { port } = server.address() as AddressInfo;
  const clock = createManualClock();
  const partnerCentral = createPartnerCentral({
    region: 'us-east-1',
    endpoint: `http://127.0.0.1:${port}`,
    credentials: RAW_CREDENTIALS,
    clock,
    telemetry: createStrictTelemetry(),
  });
  closeLater(() => {
    partnerCentral.close();
    server.closeAllConnections();
    server.close();
  });
  return { partnerCentral, requests };
}
