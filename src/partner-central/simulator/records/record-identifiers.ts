/** Builds and reads the ids and ARNs of records. */
import { createHash } from 'node:crypto';
import { REGION } from '../protocol/aws-json.js';
import { ServiceError } from '../protocol/service-error.js';

/** The account of the simulator's caller. */
export const OWN_ACCOUNT = '123456789012';

export type Resource = 'engagement' | 'engagement-invitation' | 'opportunity' | 'resource-snapshot-job' | 'solution';

/** A record that several accounts share has no account in its ARN. */
const ACCOUNT_IN_ARN: Readonly<Record<Resource, string>> = {
  engagement: '',
  'engagement-invitation': '',
  opportunity: OWN_ACCOUNT,
  'resource-snapshot-job': OWN_ACCOUNT,
  solution: OWN_ACCOUNT,
};

export function arnOf(resource: Resource, catalog: string, id: string): string {
  return `arn:aws:partnercentral:${REGION}:${ACCOUNT_IN_ARN[resource]}:catalog/${catalog}/${resource}/${id}`;
}

/** The id in an ARN. The model accepts any ARN, but only an ARN of this resource and catalog names a record. */
export function idIn(resource: 'engagement' | 'engagement-invitation', catalog: string, arnOrId: string): string {
  if (!arnOrId.startsWith('arn:')) return arnOrId;
  const [, region, arnCatalog, arnResource, id] = ARN.exec(arnOrId) ?? [];
  if (
    id === undefined ||
    region !== REGION ||
    arnCatalog !== catalog ||
    arnResource !== resource ||
    !ID[resource].test(id)
  ) {
    throw notFound(arnOrId, catalog);
  }
  return id;
}

const ARN = /^arn:aws:partnercentral:([^:]*):\d*:catalog\/([^/]*)\/([a-z-]+)\/([0-9a-z-]+)$/;
const ID = { engagement: /^eng-[0-9a-z]{14}$/, 'engagement-invitation': /^engi-[0-9a-z]{13}$/ } as const;

export function withoutArn(arnOrId: string): string {
  return arnOrId.slice(arnOrId.lastIndexOf('/') + 1);
}

export function notFound(identifier: string, catalog: string): ServiceError {
  return new ServiceError('ResourceNotFoundException', `${identifier} was not found in catalog ${catalog}.`);
}

/** The id has ten digits, so that it never equals a sample opportunity, which has seven. */
export function opportunityCreatedBy(...request: readonly string[]): string {
  return `O${5_000_000_000n + (digest(...request) % 5_000_000_000n)}`;
}

/** An id derived from the request, so that the journal need not keep it. */
export function letters(length: number, ...parts: readonly string[]): string {
  return digest(...parts)
    .toString(36)
    .padStart(length, '0')
    .slice(-length);
}

export function digest(...parts: readonly string[]): bigint {
  return BigInt(`0x${createHash('sha256').update(parts.join('\n')).digest('hex')}`);
}
