/** What an event of Partner Central is about. An event comes from outside: whatever it is, reading it never fails. */
import { isRecord } from '../runtime/guards.js';
import { identifierOf } from './task-operations.js';
import type { Catalog } from './model/task-kind.js';

/** The opportunities, engagements and invitations that an event names, by their ids. */
export type EventSubject = { readonly catalog: Catalog; readonly ids: readonly string[] };

const SOURCE = 'aws.partnercentral-selling';
const CATALOG: Readonly<Record<string, Catalog>> = { AWS: 'AWS', Sandbox: 'SANDBOX' };
/** Under each member of `detail`, where ids and ARNs stand. */
const NAMED: Readonly<Record<string, readonly string[]>> = {
  opportunity: ['identifier'],
  engagementInvitation: ['id', 'arn', 'engagementId'],
  resourceSnapshot: ['engagementId', 'resourceId'],
  engagement: ['engagementId', 'id', 'engagementArn'],
};
/** Longer than any ARN of Partner Central. */
const MAX_NAME_LENGTH = 255;

/** Null for an event of another source or catalog, and for one that names nothing. */
export function subjectOf(event: unknown): EventSubject | null {
  const detail = memberOf(event, 'detail');
  const catalogName = memberOf(detail, 'catalog');
  if (memberOf(event, 'source') !== SOURCE || typeof catalogName !== 'string' || !Object.hasOwn(CATALOG, catalogName))
    return null;
  const catalog = CATALOG[catalogName];
  const named = Object.entries(NAMED).flatMap(([member, names]) =>
    names.map((name) => memberOf(memberOf(detail, member), name)),
  );
  const ids = new Set(named.filter(isName).map(identifierOf).filter(isName));
  return catalog === undefined || ids.size === 0 ? null : { catalog, ids: [...ids] };
}

function memberOf(value: unknown, name: string): unknown {
  return isRecord(value) && Object.hasOwn(value, name) ? value[name] : undefined;
}

function isName(value: unknown): value is string {
  return typeof value === 'string' && value !== '' && value.length <= MAX_NAME_LENGTH;
}
