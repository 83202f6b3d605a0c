/**
 * Shows the members of AWS's JSON in the names and forms of the gateway's records, and lists them. A member that AWS
 * leaves out, an empty text and an empty list are equal to a cleared member.
 */
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import { stringifyExactJson } from '../../runtime/json/exact-json.js';
import type { JsonObject } from '../../partner-central/raw-operations.js';
import type { Member, Members } from './members.js';

/** A member that is compared and replaced as one value: a text, a number, or a whole list. */
export type Leaf = {
  /** In the names of the record. */
  readonly path: readonly string[];
  /** In AWS's names. */
  readonly aws: readonly string[];
  readonly member: Member;
};

export function viewOf(member: Member, raw: unknown): unknown {
  switch (member.kind) {
    case 'text': {
      const text = textOf(raw);
      return text === null ? null : member.canonical(text);
    }
    case 'choice':
      return choiceOf(member.spellings, raw);
    case 'number':
      return typeof raw === 'string' && /^[0-9]{1,9}$/.test(raw) ? Number(raw) : textOf(raw);
    case 'time':
      return instantOf(raw);
    case 'texts':
      return Array.isArray(raw) ? raw.map(textOf) : raw == null ? [] : textOf(raw);
    case 'structure':
      return isJsonObject(raw) ? structureView(member.members, raw) : textOf(raw);
    case 'structures':
      return Array.isArray(raw)
        ? raw.map((item) => (isJsonObject(item) ? structureView(member.members, item) : textOf(item)))
        : raw == null
          ? []
          : textOf(raw);
    default:
      return member satisfies never;
  }
}

export function structureView(members: Members, raw: JsonObject): JsonObject {
  return Object.fromEntries(
    Object.entries(members).map(([name, member]) => [name, viewOf(member, ownMember(raw, member.aws))]),
  );
}

export function isSame(one: unknown, other: unknown): boolean {
  return JSON.stringify(one) === JSON.stringify(other);
}

/** The leaves in the order of the table. */
export function leavesOf(members: Members, path: readonly string[] = [], aws: readonly string[] = []): Leaf[] {
  return Object.entries(members).flatMap(([name, member]) => {
    const leaf = { path: [...path, name], aws: [...aws, member.aws], member };
    return member.kind === 'structure' ? leavesOf(member.members, leaf.path, leaf.aws) : [leaf];
  });
}

/** The leaves that the patch names. A structure that it clears names all its leaves. */
export function leavesIn(
  members: Members,
  patch: object,
  path: readonly string[] = [],
  aws: readonly string[] = [],
): Leaf[] {
  const named = new Map(Object.entries(patch));
  return Object.entries(members).flatMap(([name, member]) => {
    const value: unknown = named.get(name);
    if (value === undefined) return [];
    const leaf = { path: [...path, name], aws: [...aws, member.aws], member };
    if (member.kind !== 'structure') return [leaf];
    return isJsonObject(value)
      ? leavesIn(member.members, value, leaf.path, leaf.aws)
      : leavesOf(member.members, leaf.path, leaf.aws);
  });
}

export function viewAt(leaf: Leaf, json: JsonObject): unknown {
  let value: unknown = json;
  for (const name of leaf.aws) value = isJsonObject(value) ? ownMember(value, name) : undefined;
  return viewOf(leaf.member, value);
}

function textOf(raw: unknown): string | null {
  if (raw == null || raw === '') return null;
  return typeof raw === 'string' ? raw : stringifyExactJson(raw);
}

/** A spelling that the gateway does not know stays as it is. */
function choiceOf(spellings: Readonly<Record<string, string>>, raw: unknown): string | null {
  const text = textOf(raw);
  const known = Object.entries(spellings).find(([, spelling]) => spelling.toLowerCase() === text?.toLowerCase());
  return known?.[0] ?? text;
}

function instantOf(raw: unknown): number | string | null {
  const time = typeof raw === 'string' ? Date.parse(raw) : Number.NaN;
  return Number.isNaN(time) ? textOf(raw) : time;
}
