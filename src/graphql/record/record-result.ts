/** The result of a look-up in GraphQL's terms: a value, null if AWS has no such record, or an error with a code. */
import { GraphQLError } from 'graphql';
import type { Found } from '../../records/records.js';
import { recordProblem } from '../errors.js';

/** @throws the problem as an error of the field */
export function recordOf<T>(found: Found<T>, now: number): T | null {
  if (found.type === 'found') return found.record;
  if (found.type === 'missing') return null;
  throw recordProblem(found, now);
}

/**
 * A node of a page. graphql-js treats an error among the values as thrown at its place, so one failure leaves the
 * others.
 */
export type Node<T> = T | GraphQLError | null;

export function nodeOf<T>(found: Found<T>, now: number): Node<T> {
  if (found.type === 'found') return found.record;
  return found.type === 'missing' ? null : recordProblem(found, now);
}
