/**
 * Applies a merge patch (RFC 7396) to AWS's JSON of a record. A member that the patch does not name stays as AWS wrote
 * it, and so does every member that the table does not know. Pure.
 */
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import type { JsonObject } from '../../partner-central/raw-operations.js';
import type { Member, Members, StructureMember, StructuresMember } from './members.js';
import { isSame, structureView, viewOf } from './view.js';

/** A member that the table does not know, and that the patch would erase. */
type UnknownMember = {
  /** The member of the patch. */
  readonly path: readonly string[];
  /** AWS's path of the member, for example `Customer.Contacts[0].NewMember`. */
  readonly aws: string;
};

export type Merged = {
  readonly json: JsonObject;
  /** The members that the patch would erase. */
  readonly unknown: readonly UnknownMember[];
  /** The paths of required members that the patch leaves out of a structure that it creates. */
  readonly missing: readonly (readonly string[])[];
};

/** A place in the record, and what was found so far. */
type Place = {
  readonly path: readonly string[];
  readonly aws: string;
  readonly unknown: UnknownMember[];
  readonly missing: (readonly string[])[];
};

export function merge(members: Members, json: JsonObject, patch: object): Merged {
  const found = { unknown: [], missing: [] };
  return { json: mergeStructure(members, json, patch, { path: [], aws: '', ...found }), ...found };
}

/** A structure in AWS's form, made of values alone. */
export function rawOf(members: Members, values: object): JsonObject {
  return merge(members, {}, values).json;
}

function mergeStructure(members: Members, raw: JsonObject, patch: object, place: Place): JsonObject {
  const merged = new Map(Object.entries(raw));
  for (const [name, value] of Object.entries(patch)) {
    const member = ownMember(members, name);
    if (member === undefined || value === undefined) continue;
    const after = mergeMember(member, merged.get(member.aws), value, placeOf(place, name, member));
    if (after === undefined) merged.delete(member.aws);
    else merged.set(member.aws, after);
  }
  return Object.fromEntries(merged);
}

/** The value in AWS's form; undefined for a cleared member. */
function mergeMember(member: Member, raw: unknown, value: unknown, place: Place): unknown {
  switch (member.kind) {
    case 'structure':
      return value === null ? clear(member, raw, place) : setStructure(member, raw, value, place);
    case 'structures':
      return value === null ? undefined : setList(member, raw, value, place);
    case 'text':
    case 'texts':
    case 'choice':
    case 'number':
    case 'time': {
      if (value === null) return undefined;
      const wanted = rawValueOf(member, value);
      // AWS may write the same value in another form, for example a time with more digits.
      return isSame(viewOf(member, raw), viewOf(member, wanted)) && raw != null ? raw : wanted;
    }
    default:
      return member satisfies never;
  }
}

function rawValueOf(member: Exclude<Member, StructureMember | StructuresMember>, value: unknown): unknown {
  switch (member.kind) {
    case 'choice':
      return typeof value === 'string' ? (ownMember(member.spellings, value) ?? value) : value;
    case 'number':
      return String(value);
    case 'time':
      return typeof value === 'number' || value instanceof Date ? new Date(value).toISOString() : value;
    case 'text':
    case 'texts':
      return value;
    default:
      return member satisfies never;
  }
}

function setStructure(member: StructureMember, raw: unknown, value: unknown, place: Place): unknown {
  if (!isJsonObject(value)) return raw;
  if (raw != null && !isJsonObject(raw)) {
    place.unknown.push({ path: place.path, aws: place.aws });
    return raw;
  }
  const merged = mergeStructure(member.members, raw ?? {}, value, place);
  if (raw != null) return merged;
  if (Object.keys(merged).length === 0) return undefined;
  for (const [name, { aws, isRequired }] of Object.entries(member.members))
    if (isRequired && merged[aws] === undefined) place.missing.push([...place.path, name]);
  return merged;
}

/** Clears every member that the table knows, and keeps the others. */
function clear(member: StructureMember, raw: unknown, place: Place): unknown {
  if (raw == null) return undefined;
  if (!isJsonObject(raw)) {
    place.unknown.push({ path: place.path, aws: place.aws });
    return raw;
  }
  const everything = Object.fromEntries(Object.keys(member.members).map((name) => [name, null]));
  const rest = mergeStructure(member.members, raw, everything, place);
  const [kept] = Object.keys(rest);
  if (kept === undefined) return undefined;
  // Without a required member, AWS would refuse the rest.
  if (Object.values(member.members).some(({ isRequired }) => isRequired))
    place.unknown.push({ path: place.path, aws: `${place.aws}.${kept}` });
  return rest;
}

/**
 * A new element takes over what the table does not know from the old element that is equal, or that has the same key.
 * An old element that is left out goes as a whole. An element that may be either is not decided here.
 */
function setList(member: StructuresMember, raw: unknown, value: unknown, place: Place): unknown {
  if (!Array.isArray(value)) return raw;
  if (raw != null && !Array.isArray(raw)) {
    place.unknown.push({ path: place.path, aws: place.aws });
    return raw;
  }
  const { members, key } = member;
  const old = (raw ?? []).map((item: unknown): JsonObject => (isJsonObject(item) ? item : {}));
  const views = old.map((item) => structureView(members, item));
  const wanted = value
    .filter(isJsonObject)
    .map((item) => ({ item, view: structureView(members, rawOf(members, item)) }));

  // Elements are looked up, because comparing each one with all others takes seconds in a list of thousands.
  const left = new Set(old.keys());
  const take = (index: number | undefined): JsonObject | undefined =>
    index !== undefined && left.delete(index) ? old[index] : undefined;
  const oldByText = indexesBy(views.map((view) => JSON.stringify(view)));
  const equal = wanted.map(({ view }) => take(oldByText.get(JSON.stringify(view))?.shift()));
  const keyOf = (view: JsonObject) => (key === null ? null : (view[key] ?? null));
  const oldByKey = indexesBy(views.map(keyOf));
  const newByKey = indexesBy(wanted.map(({ view }) => keyOf(view)));
  const counterparts = wanted.map(({ view }, index) => {
    const known = keyOf(view);
    const indexes = known === null ? undefined : oldByKey.get(known);
    // A key that occurs twice recognises no element.
    const isUnique = indexes?.length === 1 && newByKey.get(known)?.length === 1;
    return equal[index] ?? (isUnique ? take(indexes?.[0]) : undefined);
  });
  const isUndecided = counterparts.includes(undefined);
  for (const index of left) {
    const name = isUndecided ? unknownMemberIn(members, old[index] ?? {}) : null;
    if (name !== null) place.unknown.push({ path: place.path, aws: `${place.aws}[${index}].${name}` });
  }
  return wanted.map(({ item }, index) => {
    const counterpart = counterparts[index];
    if (counterpart === undefined) return rawOf(members, item);
    return equal[index] ?? mergeStructure(members, counterpart, wholeOf(members, item), place);
  });
}

function indexesBy(keys: readonly unknown[]): Map<unknown, number[]> {
  const indexes = new Map<unknown, number[]>();
  for (const [index, key] of keys.entries()) {
    const known = indexes.get(key);
    if (known === undefined) indexes.set(key, [index]);
    else known.push(index);
  }
  return indexes;
}

/** The element with null for each member that it leaves out, because an element is replaced as a whole. */
function wholeOf(members: Members, item: JsonObject): JsonObject {
  return Object.fromEntries(Object.keys(members).map((name) => [name, item[name] ?? null]));
}

function unknownMemberIn(members: Members, raw: JsonObject): string | null {
  const known = new Map(Object.values(members).map((member) => [member.aws, member]));
  for (const [name, value] of Object.entries(raw)) {
    const member = known.get(name);
    if (member === undefined) return name;
    if (member.kind !== 'structure' || !isJsonObject(value)) continue;
    const inner = unknownMemberIn(member.members, value);
    if (inner !== null) return `${name}.${inner}`;
  }
  return null;
}

function placeOf({ path, aws, ...found }: Place, name: string, member: Member): Place {
  return { path: [...path, name], aws: aws === '' ? member.aws : `${aws}.${member.aws}`, ...found };
}
