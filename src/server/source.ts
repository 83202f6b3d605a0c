/**
 * How the source of a subscription is opened: what the document decides of it is decided once. What can be observed is graphql-js' own:
 * what `subscribe` is handed, and its errors with their path and locations.
 */
import {
  Kind,
  locatedError,
  responsePathAsArray,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ResponsePath,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { argumentsOf } from './arguments.js';
import { fragmentsOf } from './limits.js';

/** @param variableValues coerced */
export type OpenSource = (contextValue: unknown, variableValues: { [name: string]: unknown }) => Promise<AsyncIterable<unknown> | ExecutionResult>;

/** @returns null where the root is anything but one field, for graphql-js to make something of it. */
export function sourceOf(schema: GraphQLSchema, document: DocumentNode, operation: OperationDefinitionNode): OpenSource | null {
  const parentType = schema.getRootType(operation.operation);
  const [node, ...others] = operation.selectionSet.selections;
  if (parentType === null || parentType === undefined || node?.kind !== Kind.FIELD || others.length > 0 || (node.directives ?? []).length > 0) return null;
  const fieldName = node.name.value;
  const field = parentType.getFields()[fieldName];
  if (field?.subscribe === undefined) return null;
  const { subscribe, type: returnType } = field;
  const fieldNodes = [node];
  const fragments = Object.fromEntries(fragmentsOf(document));
  const path: ResponsePath = { prev: undefined, key: node.alias?.value ?? fieldName, typename: parentType.name };
  const argumentsIn = argumentsOf(field, node);

  return async (contextValue, variableValues) => {
    const info: GraphQLResolveInfo = { fieldName, fieldNodes, returnType, parentType, path, schema, fragments, rootValue: undefined, operation, variableValues };
    let source: unknown;
    try {
      source = await subscribe(undefined, argumentsIn(variableValues), contextValue, info);
      if (source instanceof Error) throw source;
    } catch (error) {
      return { errors: [locatedError(error, fieldNodes, responsePathAsArray(path))] };
    }
    if (!isAsyncIterable(source)) throw new Error(`Subscription field must return Async Iterable. Received: ${inspect(source)}.`);
    return source;
  };
}

function isAsyncIterable(value: unknown): value is AsyncIterable<unknown> {
  return typeof value === 'object' && value !== null && Symbol.asyncIterator in value && typeof value[Symbol.asyncIterator] === 'function';
}
