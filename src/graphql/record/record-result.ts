/** The outcome of a look-up in GraphQL's terms: a value, null where AWS knows no such thing, or an error with a code. */
import { GraphQLError } from 'graphql';
import type { Found } from '../../records/records.js';
import { recordProblem } from '../errors.js';

/** @throws what is wrong, as an error of the field. */
export function recordOf<T>(found: Found<T>, now: number): T | null {
  if (found.type === 'found') return found.record;
  if (found.type === 'missing') return null;
  throw recordProblem(found, now);
}

/** A node of a page. graphql-js takes an error among values as thrown there, so that one that cannot be read leaves the others. */
export type Node<T> = T | GraphQLError | null;

export function nodeOf<T>(found: Found<T>, now: number): Node<T> {
  if (found.type === 'found') return found.record;
  return found.type === 'missing' ? null : recordProblem(found, now);
}
