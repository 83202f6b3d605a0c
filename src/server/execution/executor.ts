/**
 * Executes operations of checked documents, keeping for each a plan (plan.ts) of what the document alone decides. What plans do not cover
 * is executed by graphql-js itself: the description of the schema, mutations of several fields, which must wait for each other, and
 * conditions that are null, which fail where they stand.
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
import { createSizedCache } from '../../runtime/cache.js';
import { ownMember } from '../../runtime/guards.js';
import { isIncluded } from '../documents/conditions.js';
import type { CheckedDocument } from '../documents/documents.js';
import { asksForSchema, fragmentsOf, type Variables } from '../security/limits.js';
import { planOf, type Errors, type Plan } from './compiled-operation.js';

type Execution = { readonly rootValue?: unknown; readonly contextValue: unknown; readonly variables: Variables };

export type Executor = {
  execute(
    checked: CheckedDocument,
    operation: OperationDefinitionNode,
    execution: Execution,
  ): ExecutionResult | Promise<ExecutionResult>;
  /** @returns the events of a subscription, or why there are none. */
  subscribe(
    checked: CheckedDocument,
    operation: OperationDefinitionNode,
    execution: Execution,
  ): Promise<AsyncIterable<unknown> | ExecutionResult>;
};

/** What an operation alone decides. */
type Facts = {
  /** Of its plan; the values of the conditions make it whole. */
  readonly key: string;
  /** The variables that decide @skip and @include. */
  readonly conditions: readonly string[];
  /** All its variables, where all are texts; else null. */
  readonly texts: readonly TextVariable[] | null;
};

type TextVariable = { readonly name: string; readonly mayBeNull: boolean; readonly mayBeAbsent: boolean };

/** What is wrong with variables is mostly one mistake, and graphql-js writes out the whole value anew for each. */
const MAX_COERCION_ERRORS = 5;

export function createExecutor(schema: GraphQLSchema): Executor {
  // A field of a plan costs about half a kilobyte.
  const plans = createSizedCache<Plan>({ entries: 1000, characters: 128 * 1024 });
  /** Null where there is to be no plan. */
  const facts = new WeakMap<OperationDefinitionNode, Facts | null>();

  function factsOf(checked: CheckedDocument, operation: OperationDefinitionNode): Facts | null {
    const known = facts.get(operation);
    if (known !== undefined) return known;
    const { document, hash } = checked;
    const isKnownType = schema.getRootType(operation.operation) !== undefined;
    const found =
      isKnownType && isPlannable(document, operation)
        ? {
            key: `${hash} ${operation.name?.value ?? ''}`,
            conditions: conditionsOf(operation, document),
            texts: textVariables(operation),
          }
        : null;
    facts.set(operation, found);
    return found;
  }

  /** @returns null where a condition has no value: the field at which graphql-js meets it fails. */
  function planFor(
    { document, text }: CheckedDocument,
    operation: OperationDefinitionNode,
    { key: name, conditions: names }: Facts,
    variableValues: Variables,
  ): Plan | null {
    const values = names.map((condition) => ownMember(variableValues, condition));
    if (values.some((value) => typeof value !== 'boolean')) return null;
    const key = names.length === 0 ? name : `${name} ${values.map(String).join(' ')}`;
    const known = plans.get(key);
    if (known !== undefined) return known;
    const rootType = schema.getRootType(operation.operation);
    if (rootType === undefined || rootType === null) throw new Error(`the schema has no ${operation.operation}`);
    // Not all of them: a plan outlives the request that it is made for.
    const deciding = Object.fromEntries(names.map((condition, index) => [condition, values[index]]));
    const plan = planOf(
      {
        schema,
        operation,
        fragments: Object.fromEntries(fragmentsOf(document)),
        included: (selection) => isIncluded(selection, deciding),
      },
      rootType,
    );
    plans.set(key, plan, { size: text.length });
    return plan;
  }

  function variablesOf(
    operation: OperationDefinitionNode,
    { texts }: Facts,
    variables: Variables,
  ): ReturnType<typeof getVariableValues> {
    return (
      asTheyAre(texts, variables) ??
      getVariableValues(schema, operation.variableDefinitions ?? [], variables, { maxErrors: MAX_COERCION_ERRORS })
    );
  }

  return {
    execute(checked, operation, { rootValue, contextValue, variables }) {
      const byGraphqlJs = () =>
        execute({
          schema,
          document: checked.document,
          operationName: operation.name?.value ?? null,
          rootValue,
          contextValue,
          variableValues: variables,
          options: { maxCoercionErrors: MAX_COERCION_ERRORS },
        });
      const known = factsOf(checked, operation);
      if (known === null) return byGraphqlJs();
      const coerced = variablesOf(operation, known, variables);
      if (coerced.errors !== undefined) return { errors: coerced.errors };
      const plan = planFor(checked, operation, known, coerced.coerced);
      if (plan === null) return byGraphqlJs();
      const errors = createErrors();
      const answered = (data: ExecutionResult['data']): ExecutionResult =>
        errors.list.length === 0 ? { data: data ?? null } : { errors: errors.list, data: data ?? null };
      const failed = (error: unknown): ExecutionResult => {
        errors.add(locatedError(error, undefined), undefined);
        return answered(null);
      };
      try {
        const data = plan({ rootValue, contextValue, variableValues: coerced.coerced, errors });
        return data instanceof Promise ? data.then(answered, failed) : answered(data);
      } catch (error) {
        return failed(error);
      }
    },

    subscribe(checked, operation, { contextValue, variables }) {
      return createSourceEventStream({
        schema,
        document: checked.document,
        operationName: operation.name?.value ?? null,
        contextValue,
        variableValues: variables,
        options: { maxCoercionErrors: MAX_COERCION_ERRORS },
      });
    },
  };
}

function isPlannable(document: DocumentNode, operation: OperationDefinitionNode): boolean {
  if (asksForSchema(document)) return false;
  const [first, ...others] = operation.selectionSet.selections;
  if (operation.operation === OperationTypeNode.MUTATION && (others.length > 0 || first?.kind !== Kind.FIELD))
    return false;
  let plannable = true;
  visit(document, {
    Field(node) {
      // As a member of a plain object it is no member but its prototype.
      if (node.alias?.value === '__proto__') plannable = false;
    },
  });
  return plannable;
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

/** A text needs no coercing; null where graphql-js is to coerce, or to say what is wrong. */
function asTheyAre(
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

/** The operation's variables that stand in directives: where the operation does not declare a variable, it does not use it either. */
function conditionsOf({ variableDefinitions = [] }: OperationDefinitionNode, document: DocumentNode): string[] {
  const names = new Set<string>();
  visit(document, {
    Directive(node) {
      for (const { value } of node.arguments ?? []) if (value.kind === Kind.VARIABLE) names.add(value.name.value);
    },
  });
  return variableDefinitions.map(({ variable }) => variable.name.value).filter((name) => names.has(name));
}

/** As in graphql-js: what fails below a place that is null already is no longer told. */
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
