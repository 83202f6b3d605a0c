/** Reads the records that an event of Partner Central names. An event comes from outside, so reading it never fails. */
import { isRecord } from '../runtime/guards.js';
import { identifierOf } from './identifiers.js';
import type { Catalog } from './model/task-kind.js';

/** The opportunities, engagements and invitations that an event names, by their ids. */
export type NamedRecords = { readonly catalog: Catalog; readonly ids: readonly string[] };

const SOURCE = 'aws.partnercentral-selling';
const CATALOG: Readonly<Record<string, Catalog>> = { AWS: 'AWS', Sandbox: 'SANDBOX' };
/** The members that hold ids and ARNs, for each member of `detail`. */
const ID_MEMBERS: Readonly<Record<string, readonly string[]>> = {
  opportunity: ['identifier'],
  engagementInvitation: ['id', 'arn', 'engagementId'],
  resourceSnapshot: ['engagementId', 'resourceId'],
  engagement: ['engagementId', 'id', 'engagementArn'],
};
/** ARNs of Partner Central are shorter. */
const MAX_ID_LENGTH = 255;

/** Null for an event of another source or catalog, and for an event that names no record. */
export function recordsNamedBy(event: unknown): NamedRecords | null {
  const detail = memberOf(event, 'detail');
  const catalogName = memberOf(detail, 'catalog');
  if (memberOf(event, 'source') !== SOURCE || typeof catalogName !== 'string' || !Object.hasOwn(CATALOG, catalogName))
    return null;
  const catalog = CATALOG[catalogName];
  const values = Object.entries(ID_MEMBERS).flatMap(([member, names]) =>
    names.map((name) => memberOf(memberOf(detail, member), name)),
  );
  const ids = new Set(values.filter(isId).map(identifierOf).filter(isId));
  return catalog === undefined || ids.size === 0 ? null : { catalog, ids: [...ids] };
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isId(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_ID_LENGTH;
}
