/** Maps the field that AWS names in an error to the path in a patch. */
import { ownMember } from '../../runtime/guards.js';
import type { Member, Members } from './members.js';

/**
 * AWS writes `Project.ExpectedCustomerSpend[0].Amount`, `project.title` or `contacts.1.member.email`. The path ends at
 * the last part that the table knows. It is null for a field that the patch does not have.
 */
export function patchPathOf(members: Members, awsField: string): readonly string[] | null {
  const { path } = walk(members, awsField);
  return path.length === 0 ? null : path;
}

/** True if the table has the field itself, and not only a structure around it. */
export function isKnownField(members: Members, awsField: string): boolean {
  return walk(members, awsField).isWhole;
}

function walk(members: Members, awsField: string): { readonly path: readonly string[]; readonly isWhole: boolean } {
  const path: string[] = [];
  let known: Members = members;
  let inList = false;
  for (const part of awsField.split(/[^A-Za-z0-9]+/).filter((text) => text !== '' && text !== 'member')) {
    if (/^\d+$/.test(part)) {
      if (inList) path.push(part);
      continue;
    }
    const name = Object.keys(known).find((candidate) => isNamed(ownMember(known, candidate), part));
    const member = name === undefined ? undefined : known[name];
    if (name === undefined || member === undefined) return { path, isWhole: false };
    path.push(name);
    inList = member.kind === 'texts' || member.kind === 'structures';
    known = member.kind === 'structure' || member.kind === 'structures' ? member.members : {};
  }
  return { path, isWhole: true };
}

function isNamed(member: Member | undefined, part: string): boolean {
  return member?.aws.toLowerCase() === part.toLowerCase();
}
