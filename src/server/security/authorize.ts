/**
 * Authorizes an operation by its type and the scopes of the caller. The domain decides which tasks a caller sees.
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
import { createRequestError, type RequestError } from './request-error.js';
import { missingScope, type ScopeRules } from './scopes.js';

export function authorize(
  caller: Caller,
  operation: OperationDefinitionNode,
  document: DocumentNode,
  rules: ScopeRules,
): RequestError | null {
  const forbidden = (...scopes: string[]): RequestError =>
    createRequestError('FORBIDDEN', missingScope(rules, scopes), {
      status: 403,
      headers: { 'www-authenticate': 'Bearer error="insufficient_scope"' },
    });
  if (operation.operation === OperationTypeNode.MUTATION) {
    // The resolver decides which of the two its field needs.
    return caller.starts || caller.edits ? null : forbidden('tasks:start', 'records:write');
  }
  if (caller.reads !== 'none') return null;
  if (caller.records && operation.operation === OperationTypeNode.QUERY) return null;
  // Introspection needs a token but no task scope.
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
