/** Checks a patch against the bounds of the service model, before AWS is called. Reports every mistake. Pure. */
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import type { Member, Members } from './members.js';

export type PatchProblem = { readonly path: readonly string[]; readonly message: string };

export function problemsIn(members: Members, patch: object, path: readonly string[] = []): PatchProblem[] {
  return Object.entries(patch).flatMap(([name, value]) => {
    const member = ownMember(members, name);
    return member === undefined || value === undefined ? [] : problemsOf(member, value, [...path, name]);
  });
}

/** The problems of a new record, in which null means that a value is not set. */
export function problemsOfNew(members: Members, values: object, path: readonly string[] = []): PatchProblem[] {
  const given = new Map<string, unknown>(Object.entries(values));
  return Object.entries(members).flatMap(([name, member]) => {
    const value = given.get(name) ?? null;
    const at = [...path, name];
    if (value === null) return member.isRequired ? [{ path: at, message: 'A value is required.' }] : [];
    return member.kind === 'structure' && isJsonObject(value)
      ? problemsOfNew(member.members, value, at)
      : problemsOf(member, value, at);
  });
}

/** The problems of a structure that is made of these values alone. */
function problemsOfWhole(members: Members, values: object, path: readonly string[]): PatchProblem[] {
  const given = new Map(Object.entries(values));
  const missing = Object.entries(members)
    .filter(([name, { isRequired }]) => isRequired && given.get(name) == null)
    .map(([name]) => ({ path: [...path, name], message: 'A value is required.' }));
  const present = Object.fromEntries([...given].filter(([, value]) => value !== null));
  return [...missing, ...problemsIn(members, present, path)];
}

function problemsOf(member: Member, value: unknown, path: readonly string[]): PatchProblem[] {
  const one = (message: string | null): PatchProblem[] => (message === null ? [] : [{ path, message }]);
  if (value === null) return one(member.isRequired ? 'AWS requires a value here, so it cannot be cleared.' : null);
  switch (member.kind) {
    case 'text':
      return typeof value === 'string' ? one(member.check(value)) : [];
    case 'number':
      return typeof value === 'number' && (value < member.min || value > member.max)
        ? one(`The number is out of range (from ${member.min} to ${member.max}, got ${value}).`)
        : [];
    case 'texts':
      return asList(value).flatMap((item, index) => {
        const message = typeof item === 'string' ? member.check(item) : null;
        return message === null ? [] : [{ path: [...path, String(index)], message }];
      });
    case 'structure':
      return isJsonObject(value) ? problemsIn(member.members, value, path) : [];
    case 'structures': {
      const items = asList(value);
      if (items.length > member.max)
        return one(`The list has too many elements (limit ${member.max}, got ${items.length}).`);
      return items.flatMap((item, index) =>
        isJsonObject(item) ? problemsOfWhole(member.members, item, [...path, String(index)]) : [],
      );
    }
    case 'choice':
    case 'time':
      return [];
    default:
      return member satisfies never;
  }
}

function asList(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}
