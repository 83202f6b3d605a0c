/**
 * Calls without the SDK, which drops members that it does not know. A test can so put a member into a record that is
 * newer than the SDK, and see if an edit preserves it.
 */
import { isRecord } from '../../../src/runtime/guards.js';
import type { Simulator } from '../../../src/partner-central/simulator/simulator.js';
import { post } from './simulator-client.js';

export type RawRecord = { readonly [member: string]: unknown };

/** The answer of an operation as the service sent it. An error of the service is an Error with its name. */
export async function rawCall(
  { endpoint }: Pick<Simulator, 'endpoint'>,
  operation: string,
  request: RawRecord,
): Promise<RawRecord> {
  const headers = {
    'content-type': 'application/x-amz-json-1.0',
    'x-amz-target': `AWSPartnerCentralSelling.${operation}`,
    'x-amz-date': '20260101T000000Z',
    authorization:
      'AWS4-HMAC-SHA256 Credential=x/20260101/us-east-1/partnercentral-selling/aws4_request, SignedHeaders=host, ' +
      `Signature=${'0'.repeat(64)}`,
  };
  const { status, answer } = await post(endpoint, headers, JSON.stringify(request));
  if (!isRecord(answer)) throw new Error(`${operation} was not answered with an object.`);
  if (status === 200) return answer;
  const error = new Error(String(answer['Message'] ?? answer['message']));
  error.name = String(answer['__type']).split('#')[1] ?? '';
  throw error;
}

export function rawOpportunity(simulator: Pick<Simulator, 'endpoint'>, Identifier: string, Catalog = 'Sandbox') {
  return rawCall(simulator, 'GetOpportunity', { Catalog, Identifier });
}

/** Reads the whole object and writes it back with the change, which may contain members that no model knows. */
export async function rawUpdate(
  simulator: Pick<Simulator, 'endpoint'>,
  Identifier: string,
  change: (before: RawRecord) => RawRecord,
  Catalog = 'Sandbox',
): Promise<RawRecord> {
  const before = await rawOpportunity(simulator, Identifier, Catalog);
  return rawCall(simulator, 'UpdateOpportunity', { ...before, Identifier, ...change(before) });
}
