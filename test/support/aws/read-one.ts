/** Helpers for tests of reads: queries, samples, and one read of one answer through the genuine SDK. */
import type { RecordOperation } from '../../../src/partner-central/record-operations.js';
import type { Catalog } from '../../../src/partner-central/model/task-kind.js';
import { ok, openAwsStub } from '../fakes/aws-stub.js';

export const SANDBOX: Catalog = 'SANDBOX';
export const LIST = { catalog: SANDBOX, filter: {}, maxResults: 20, nextToken: null };
export const PAGE_BODY = { Catalog: 'Sandbox', MaxResults: 20 };

export const CONTACT = {
  email: 'secret@example.com',
  firstName: 'secret-first',
  lastName: 'secret-last',
  businessTitle: 'secret-title',
  phone: '+15550100',
};
export const ADDRESS = {
  city: 'secret-city',
  postalCode: 'secret-postal',
  stateOrRegion: 'Texas',
  countryCode: 'US',
  streetAddress: 'secret-street',
};
export const SPEND = {
  amount: '4711.00',
  currencyCode: 'USD',
  frequency: 'Monthly',
  targetCompany: 'AWS',
  estimationUrl: 'https://calculator.aws/secret',
};

/** Reads one answer. @returns the value that the read makes of it, and the request that AWS received */
export async function readOne<Q, A>(read: RecordOperation<Q, A>, query: Q, answer: unknown) {
  const stub = await openAwsStub({ [read.operation]: () => ok(answer) });
  const result = await stub.partnerCentral.read(read, query);
  if (result.type !== 'ok') throw new Error(result.message);
  return { value: result.value, question: stub.asked[0]?.question };
}
