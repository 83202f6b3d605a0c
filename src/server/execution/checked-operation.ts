/**
 * An operation that has passed every check before authorization: the shape of the request, the persisted document, the
 * limits, and validation. The checks throw nothing for a mistake of the client.
 */
import { Kind, OperationTypeNode, getOperationAST, type OperationDefinitionNode } from 'graphql';
import type { Context } from '@opentelemetry/api';
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import type { CheckedDocument, Documents } from '../documents/documents.js';
import type { Persisted } from '../documents/persisted.js';
import type { Transport } from '../lifecycle/metrics.js';
import type { Caller } from '../security/caller.js';
import { limitExceeded, type Limits, type Variables } from '../security/limits.js';
import { createRequestError, requestErrorOf, type RequestError } from '../security/request-error.js';

/** The request as the client sent it; `checkOperation` checks the type of each member. */
export type OperationRequest = {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
};

/** The part of a request that its transport knows. */
export type RequestContext = {
  readonly transport: Transport;
  readonly caller: Caller;
  /** True for GET, which may not run a mutation. */
  readonly readOnly: boolean;
  /** The header `Last-Event-ID`, by which Server-Sent Events name a resume point. */
  readonly lastEventId: string | null;
  /** The trace that the request belongs to. */
  readonly trace: Context;
};

export type CheckedOperation = {
  readonly kind: 'operation';
  readonly document: CheckedDocument;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  /** The cursor after which the client resumes. */
  readonly resumeAfter: string | null;
};

export function checkOperation(
  request: OperationRequest,
  { readOnly, lastEventId }: Pick<RequestContext, 'readOnly' | 'lastEventId'>,
  { documents, persisted, limits }: { documents: Documents; persisted: Persisted; limits: Pick<Limits, 'cost'> },
): CheckedOperation | RequestError {
  const { query = null, operationName = null, variables = null, extensions = null } = request;
  if (query !== null && typeof query !== 'string') return badRequest('`query` must be a string.');
  if (operationName !== null && typeof operationName !== 'string')
    return badRequest('`operationName` must be a string.');
  if (variables !== null && !isJsonObject(variables)) return badRequest('`variables` must be an object.');
  if (extensions !== null && !isJsonObject(extensions)) return badRequest('`extensions` must be an object.');

  const source = persisted.resolve(query, extensions?.['persistedQuery']);
  if (source.kind === 'request-error') return source;
  const document = documents.check(source);
  if (document.kind === 'request-error') return document;

  const operation = getOperationAST(document.ast, operationName);
  if (operation === null || operation === undefined) {
    return createRequestError(
      'OPERATION_RESOLUTION_FAILURE',
      operationName === null
        ? 'Must provide operation name if query contains multiple operations.'
        : `Unknown operation named "${operationName}".`,
    );
  }
  if (readOnly && operation.operation === OperationTypeNode.MUTATION) {
    return createRequestError('BAD_REQUEST', 'GET requests only support query operations, not mutation operations', {
      status: 405,
      headers: { allow: 'POST' },
    });
  }
  const values = declaredVariables(operation, variables ?? {});
  const cost = document.costOf(operation, values);
  if (cost > limits.cost) return requestErrorOf([limitExceeded('cost', limits.cost, cost)]);

  const resume = resumePointIn(extensions?.['resume']);
  if (resume === undefined)
    return createRequestError('BAD_USER_INPUT', 'extensions.resume must be {"after": "<cursor>"}.');
  // Only valid documents become available by hash, so that the cache of texts holds nothing that is refused anyway.
  source.accept();
  return {
    kind: 'operation',
    document,
    operation,
    variables: values,
    resumeAfter: resume ?? (lastEventId === '' ? null : lastEventId),
  };
}

/** True if the client named a resume point, beside the operation or as the argument `after` of the subscription. */
export function isResumed({ resumeAfter, operation, variables }: CheckedOperation): boolean {
  if (resumeAfter !== null) return true;
  const [field] = operation.selectionSet.selections;
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION || field?.kind !== Kind.FIELD) return false;
  const after = field.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (after?.kind === Kind.VARIABLE) return typeof ownMember(variables, after.name.value) === 'string';
  return after?.kind === Kind.STRING;
}

/**
 * Variables that the operation does not declare are ignored (GraphQL, section 6.1.2). They are dropped here, because a
 * subscription would keep them in memory for as long as it runs.
 */
function declaredVariables({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  const names = variableDefinitions
    .map(({ variable }) => variable.name.value)
    .filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(names.map((name) => [name, variables[name]]));
}

function badRequest(message: string): RequestError {
  return createRequestError('BAD_REQUEST', message, { status: 400 });
}

/** @returns null if there is no resume point, and undefined if it cannot be read */
function resumePointIn(extension: unknown): string | null | undefined {
  if (extension === undefined || extension === null) return null;
  if (!isJsonObject(extension)) return undefined;
  const after = extension['after'];
  if (after === undefined || after === null) return null;
  return typeof after === 'string' ? after : undefined;
}
