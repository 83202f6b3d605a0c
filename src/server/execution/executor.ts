/**
 * Executes operations of checked documents with the results of graphql-js, faster. Each operation is compiled once, by
 * compiled-operation.ts. Introspection, and mutations of several fields, which must run in order, are executed by
 * graphql-js itself. It also executes operations with a null condition, which fail at the place of the condition.
 */
import {
  GraphQLID,
  GraphQLString,
  Kind,
  OperationTypeNode,
  createSourceEventStream,
  execute,
  getVariableValues,
  locatedError,
  visit,
  type DocumentNode,
  type ExecutionResult,
  type GraphQLError,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type ResponsePath,
} from 'graphql';
import { createSizedCache } from '../../runtime/loading/cache.js';
import { ownMember } from '../../runtime/guards.js';
import { isIncluded } from '../documents/conditions.js';
import type { CheckedDocument } from '../documents/documents.js';
import { asksForSchema, fragmentsOf, type Variables } from '../security/limits.js';
import { compileOperation, type CompiledOperation, type Errors } from './compiled-operation.js';

type Execution = { readonly rootValue?: unknown; readonly contextValue: unknown; readonly variables: Variables };

export type Executor = {
  execute(
    document: CheckedDocument,
    operation: OperationDefinitionNode,
    execution: Execution,
  ): ExecutionResult | Promise<ExecutionResult>;
  /** @returns the events of a subscription, or the errors that prevent it */
  subscribe(
    document: CheckedDocument,
    operation: OperationDefinitionNode,
    execution: Execution,
  ): Promise<AsyncIterable<unknown> | ExecutionResult>;
};

/** The properties of an operation that do not depend on a request. */
type Traits = {
  /** The cache key of the compiled operation; the values of the conditions complete it. */
  readonly key: string;
  /** The variables of @skip and @include. */
  readonly conditions: readonly string[];
  /** The variables, if all of them are texts; else null. */
  readonly texts: readonly TextVariable[] | null;
};

type TextVariable = { readonly name: string; readonly mayBeNull: boolean; readonly mayBeAbsent: boolean };

/** Further errors usually repeat the first, and graphql-js prints the whole value into each. */
const MAX_COERCION_ERRORS = 5;

export function createExecutor(schema: GraphQLSchema): Executor {
  // A compiled field takes about half a kilobyte.
  const compiled = createSizedCache<CompiledOperation>({ entries: 1000, characters: 128 * 1024 });
  /** Null for operations that graphql-js executes. */
  const traits = new WeakMap<OperationDefinitionNode, Traits | null>();

  function traitsOf({ ast, hash }: CheckedDocument, operation: OperationDefinitionNode): Traits | null {
    const known = traits.get(operation);
    if (known !== undefined) return known;
    const hasRootType = schema.getRootType(operation.operation) !== undefined;
    const found =
      hasRootType && isCompilable(ast, operation)
        ? {
            key: `${hash} ${operation.name?.value ?? ''}`,
            conditions: conditionsOf(operation, ast),
            texts: textVariables(operation),
          }
        : null;
    traits.set(operation, found);
    return found;
  }

  /** @returns null if a condition has no value; graphql-js then reports the error at the field of the condition */
  function compiledFor(
    { ast, text }: CheckedDocument,
    operation: OperationDefinitionNode,
    { key: name, conditions: names }: Traits,
    variableValues: Variables,
  ): CompiledOperation | null {
    const values = names.map((condition) => ownMember(variableValues, condition));
    if (values.some((value) => typeof value !== 'boolean')) return null;
    const key = names.length === 0 ? name : `${name} ${values.map(String).join(' ')}`;
    const known = compiled.get(key);
    if (known !== undefined) return known;
    const rootType = schema.getRootType(operation.operation);
    if (rootType === undefined || rootType === null) throw new Error(`the schema has no ${operation.operation}`);
    // Only the conditions are kept, because a compiled operation outlives the request and its other variables.
    const conditions = Object.fromEntries(names.map((condition, index) => [condition, values[index]]));
    const made = compileOperation(
      {
        schema,
        operation,
        fragments: Object.fromEntries(fragmentsOf(ast)),
        isIncluded: (selection) => isIncluded(selection, conditions),
      },
      rootType,
    );
    compiled.set(key, made, { size: text.length });
    return made;
  }

  function variablesOf(
    operation: OperationDefinitionNode,
    { texts }: Traits,
    variables: Variables,
  ): ReturnType<typeof getVariableValues> {
    return (
      textsIn(texts, variables) ??
      getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: MAX_COERCION_ERRORS })
    );
  }

  return {
    execute(document, operation, { rootValue, contextValue, variables }) {
      const byGraphqlJs = () =>
        execute({
          schema,
          document: document.ast,
          operationName: operation.name?.value ?? null,
          rootValue,
          contextValue,
          variableValues: variables,
          options: { maxCoercionErrors: MAX_COERCION_ERRORS },
        });
      const known = traitsOf(document, operation);
      if (known === null) return byGraphqlJs();
      const coerced = variablesOf(operation, known, variables);
      if (coerced.errors !== undefined) return { errors: coerced.errors };
      const run = compiledFor(document, operation, known, coerced.coerced);
      if (run === null) return byGraphqlJs();
      const errors = createErrors();
      const answered = (data: ExecutionResult['data']): ExecutionResult =>
        errors.list.length === 0 ? { data: data ?? null } : { errors: errors.list, data: data ?? null };
      const failed = (error: unknown): ExecutionResult => {
        errors.add(locatedError(error, undefined), undefined);
        return answered(null);
      };
      try {
        const data = run({ rootValue, contextValue, variableValues: coerced.coerced, errors });
        return data instanceof Promise ? data.then(answered, failed) : answered(data);
      } catch (error) {
        return failed(error);
      }
    },

    subscribe(document, operation, { contextValue, variables }) {
      return createSourceEventStream({
        schema,
        document: document.ast,
        operationName: operation.name?.value ?? null,
        contextValue,
        variableValues: variables,
        options: { maxCoercionErrors: MAX_COERCION_ERRORS },
      });
    },
  };
}

function isCompilable(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  if (asksForSchema(document)) return false;
  const [first, ...others] = operation.selectionSet.selections;
  if (operation.operation === OperationTypeNode.MUTATION && (others.length > 0 || first?.kind !== Kind.FIELD))
    return false;
  let compilable = true;
  visit(document, {
    Field(node) {
      // Assigning `__proto__` to a plain object sets its prototype instead of a member.
      if (node.alias?.value === '__proto__') compilable = false;
    },
  });
  return compilable;
}

const TEXT_TYPES: readonly string[] = [GraphQLString.name, GraphQLID.name];

function textVariables({ variableDefinitions = [] }: OperationDefinitionNode): TextVariable[] | null {
  const areTexts = variableDefinitions.every(({ type }) => {
    const named = type.kind === Kind.NON_NULL_TYPE ? type.type : type;
    return named.kind === Kind.NAMED_TYPE && TEXT_TYPES.includes(named.name.value);
  });
  if (!areTexts) return null;
  return variableDefinitions.map(({ variable, type, defaultValue }) => {
    const mayBeNull = type.kind !== Kind.NON_NULL_TYPE;
    return { name: variable.name.value, mayBeNull, mayBeAbsent: mayBeNull && defaultValue === undefined };
  });
}

/** Copies texts, which need no coercion. @returns null if graphql-js must coerce them, or must report an error */
function textsIn(
  texts: readonly TextVariable[] | null,
  variables: Variables,
): { readonly errors?: never; readonly coerced: Record<string, unknown> } | null {
  if (texts === null) return null;
  const coerced: Record<string, unknown> = Object.create(null);
  for (const { name, mayBeNull, mayBeAbsent } of texts) {
    const value = ownMember(variables, name);
    if (typeof value === 'string' || (value === null && mayBeNull)) coerced[name] = value;
    else if (!mayBeAbsent || Object.hasOwn(variables, name)) return null;
  }
  return { coerced };
}

/** The variables of the operation that directives use. Directives of other operations may name other variables. */
function conditionsOf({ variableDefinitions = [] }: OperationDefinitionNode, document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => names.has(name));
}

/** Drops an error below a place that is already null, as graphql-js does. */
function createErrors(): Errors {
  const list: GraphQLError[] = [];
  const places = new Set<ResponsePath | undefined>();
  return {
    list,
    add(error, path) {
      for (let place = path; place !== undefined; place = place.prev) if (places.has(place)) return;
      if (places.has(undefined)) return;
      places.add(path);
      list.push(error);
    },
  };
}
