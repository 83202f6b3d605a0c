/**
 * The part of authorization that needs no domain: which kinds of operation a caller's scopes open at all. Which tasks a caller sees is
 * decided where tasks are known.
 */
import {
  Kind,
  OperationTypeNode,
  type DocumentNode,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import type { Caller } from './caller.js';
import { fragmentsOf } from './limits.js';
import { refuse, type Refusal } from './request-error.js';
import { missingScope, type ScopeRules } from './scopes.js';

export function authorize(
  caller: Caller,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  rules: ScopeRules,
): Refusal | null {
  const forbidden = (...scopes: string[]): Refusal =>
    refuse('FORBIDDEN', missingScope(rules, scopes), {
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
    });
  if (operation.operation === OperationTypeNode.MUTATION) {
    return caller.starts ? null : forbidden('tasks:start');
  }
  if (caller.reads !== 'none') return null;
  if (caller.records && operation.operation === OperationTypeNode.QUERY) return null;
  // The shape of the API is no task: whoever has a token may ask for it where introspection is on.
  return operation.operation === OperationTypeNode.QUERY && describesOnly(operation.selectionSet, document)
    ? null
    : forbidden('tasks:read', 'tasks:read:own');
}

function describesOnly(set: SelectionSetNode, document: DocumentNode): boolean {
  return set.selections.every((selection) => {
    if (selection.kind === Kind.FIELD) return selection.name.value.startsWith('__');
    if (selection.kind === Kind.INLINE_FRAGMENT) return describesOnly(selection.selectionSet, document);
    const fragment = fragmentsOf(document).get(selection.name.value);
    return fragment !== undefined && describesOnly(fragment.selectionSet, document);
  });
}
