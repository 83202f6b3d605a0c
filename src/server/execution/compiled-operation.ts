/**
 * One operation made ready to be executed often: which fields are selected of which type, and how each value is completed, is decided once,
 * so that an execution only resolves and serializes. Everything that can be observed is graphql-js' own: the order in which resolvers are
 * called, what they are handed, null bubbling, and every error with its path and locations. It is closures and not generated code: what
 * a stranger writes into a document never becomes part of a program.
 */
import {
  GraphQLError,
  GraphQLID,
  GraphQLString,
  Kind,
  TypeNameMetaFieldDef,
  defaultFieldResolver,
  defaultTypeResolver,
  isAbstractType,
  isLeafType,
  isListType,
  isNonNullType,
  isObjectType,
  locatedError,
  responsePathAsArray,
  typeFromAST,
  type DirectiveNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLAbstractType,
  type GraphQLList,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type GraphQLSchema,
  type InlineFragmentNode,
  type OperationDefinitionNode,
  type ResponsePath,
  type SelectionSetNode,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isRecord } from '../../runtime/guards.js';
import { argumentsOf } from './arguments.js';
import { isIterableObject, isPlain, isPromise, runtimeTypeOf, serialized } from './resolved-value.js';

/** What belongs to one execution. */
type Run = {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: { [name: string]: unknown };
  readonly errors: Errors;
};

export type Errors = { readonly list: GraphQLError[]; add(error: GraphQLError, path: ResponsePath | undefined): void };

export type Plan = (run: Run) => Data | Promise<Data>;

type Data = Record<string, unknown>;
type Nullable = GraphQLNamedOutputType | GraphQLList<GraphQLOutputType>;
type Path = ResponsePath | undefined;
/** All selections of one response name. */
type Nodes = readonly [FieldNode, ...FieldNode[]];
type ObjectPlan = (run: Run, source: unknown, path: Path) => Data | Promise<Data>;
type FieldPlan = { readonly name: string; readonly execute: (run: Run, source: unknown, path: Path) => unknown };
type Complete = (run: Run, value: unknown, path: ResponsePath, info: GraphQLResolveInfo) => unknown;

type Document = {
  readonly schema: GraphQLSchema;
  readonly operation: OperationDefinitionNode;
  readonly fragments: Readonly<Record<string, FragmentDefinitionNode>>;
  /** Whether @skip and @include let a selection stand, under the values for which the plan is made. */
  readonly included: (selection: { readonly directives?: readonly DirectiveNode[] }) => boolean;
};

/** @returns how to execute the operation, for all variables under which `included` decides alike. */
export function planOf(document: Document, rootType: GraphQLObjectType): Plan {
  const root = fieldsOf(document, rootType, [document.operation.selectionSet]);
  return (run) => root(run, run.rootValue, undefined);
}

function fieldsOf(document: Document, type: GraphQLObjectType, sets: readonly SelectionSetNode[]): ObjectPlan {
  const selected = new Map<string, [FieldNode, ...FieldNode[]]>();
  const visited = new Set<string>();
  for (const set of sets) collect(document, type, set, selected, visited);
  const fields = [...selected].map(([name, nodes]) => fieldOf(document, type, name, nodes));

  return (run, source, path) => {
    const result: Data = {};
    let pending = false;
    try {
      for (const field of fields) {
        const value = field.execute(run, source, path);
        result[field.name] = value;
        if (isPromise(value)) pending = true;
      }
    } catch (error) {
      if (!pending) throw error;
      // The others may fail as well, which must not be nobody's business.
      return settled(result).finally(() => {
        throw error;
      });
    }
    return pending ? settled(result) : result;
  };
}

/** The same object, with its promises replaced by what they became. */
async function settled(fields: Data): Promise<Data> {
  const values = await Promise.all(Object.values(fields));
  for (const [index, name] of Object.keys(fields).entries()) fields[name] = values[index];
  return fields;
}

function collect(
  document: Document,
  type: GraphQLObjectType,
  set: SelectionSetNode,
  selected: Map<string, [FieldNode, ...FieldNode[]]>,
  visited: Set<string>,
): void {
  for (const selection of set.selections) {
    if (selection.kind === Kind.FRAGMENT_SPREAD && visited.has(selection.name.value)) continue;
    if (!document.included(selection)) continue;
    if (selection.kind === Kind.FIELD) {
      const name = selection.alias?.value ?? selection.name.value;
      const nodes = selected.get(name);
      if (nodes === undefined) selected.set(name, [selection]);
      else nodes.push(selection);
      continue;
    }
    if (selection.kind === Kind.FRAGMENT_SPREAD) visited.add(selection.name.value);
    const fragment = selection.kind === Kind.FRAGMENT_SPREAD ? document.fragments[selection.name.value] : selection;
    if (fragment !== undefined && applies(document.schema, fragment, type))
      collect(document, type, fragment.selectionSet, selected, visited);
  }
}

function applies(
  schema: GraphQLSchema,
  { typeCondition }: FragmentDefinitionNode | InlineFragmentNode,
  type: GraphQLObjectType,
): boolean {
  if (typeCondition === undefined) return true;
  const condition = typeFromAST(schema, typeCondition);
  return condition === type || (isAbstractType(condition) && schema.isSubType(condition, type));
}

function fieldOf(document: Document, parentType: GraphQLObjectType, name: string, nodes: Nodes): FieldPlan {
  const { schema, operation, fragments } = document;
  const [node] = nodes;
  const fieldName = node.name.value;
  if (fieldName === TypeNameMetaFieldDef.name) return { name, execute: () => parentType.name };
  const field = parentType.getFields()[fieldName];
  if (field === undefined) throw new Error(`${parentType.name} has no field ${fieldName}`);
  const { type: returnType, resolve = defaultFieldResolver } = field;
  const mayBeNull = !isNonNullType(returnType);
  const complete = completionOf(document, returnType, nodes);
  const argumentsIn = argumentsOf(field, node);
  const pathIn = (parent: Path): ResponsePath => ({ prev: parent, key: name, typename: parentType.name });
  const failed = (run: Run, error: unknown, path: ResponsePath) => nullFor(run, error, nodes, path, mayBeNull);

  function executeWith(run: Run, source: unknown, parent: Path, resolver: typeof resolve): unknown {
    const path = pathIn(parent);
    const { rootValue, contextValue, variableValues } = run;
    const info: GraphQLResolveInfo = {
      fieldName,
      fieldNodes: nodes,
      returnType,
      parentType,
      path,
      schema,
      fragments,
      rootValue,
      operation,
      variableValues,
    };
    try {
      const value: unknown = resolver(source, argumentsIn(variableValues), contextValue, info);
      const completed = isPromise(value)
        ? value.then((resolved) => complete(run, resolved, path, info))
        : complete(run, value, path, info);
      return isPromise(completed) ? completed.then(undefined, (error: unknown) => failed(run, error, path)) : completed;
    } catch (error) {
      return failed(run, error, path);
    }
  }

  const execute: FieldPlan['execute'] = (run, source, parent) => executeWith(run, source, parent, resolve);
  const leaf = mayBeNull ? returnType : returnType.ofType;
  if (field.resolve !== undefined || field.args.length > 0 || !isLeafType(leaf)) return { name, execute };
  const isText = leaf === GraphQLString || leaf === GraphQLID;
  return {
    name,
    // Most fields are a plain value of an object: a path is not needed unless it turns out to be anything else.
    execute(run, source, parent) {
      if (!isRecord(source)) return execute(run, source, parent);
      let value: unknown;
      try {
        value = source[fieldName];
        if (isText && typeof value === 'string') return value;
        if (value === null && mayBeNull) return null;
        if (isPlain(value)) {
          const text = serialized(leaf, value);
          return isPromise(text) ? text.then(undefined, (error: unknown) => failed(run, error, pathIn(parent))) : text;
        }
      } catch (error) {
        return failed(run, error, pathIn(parent));
      }
      // The member is not read again: a getter may tell something else, or count. graphql-js reads a method once more to call it.
      return executeWith(run, source, parent, (_source, args, context, info) =>
        typeof value === 'function' ? called(source[fieldName], source, [args, context, info]) : value,
      );
    },
  };
}

function called(method: unknown, source: unknown, args: readonly unknown[]): unknown {
  if (typeof method !== 'function') throw new TypeError('source[info.fieldName] is not a function');
  return Reflect.apply(method, source, args);
}

function nullFor(run: Run, error: unknown, nodes: Nodes, path: ResponsePath, mayBeNull: boolean): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (!mayBeNull) throw located;
  run.errors.add(located, path);
  return null;
}

/** What a resolved value becomes in the answer. */
function completionOf(document: Document, type: GraphQLOutputType, nodes: Nodes): Complete {
  if (!isNonNullType(type)) return nullableCompletionOf(document, type, nodes);
  const complete = nullableCompletionOf(document, type.ofType, nodes);
  return (run, value, path, info) => {
    const completed = complete(run, value, path, info);
    if (completed === null)
      throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
    return completed;
  };
}

function nullableCompletionOf(document: Document, type: Nullable, nodes: Nodes): Complete {
  const complete = presentCompletionOf(document, type, nodes);
  return (run, value, path, info) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(run, value, path, info);
  };
}

function presentCompletionOf(document: Document, type: Nullable, nodes: Nodes): Complete {
  if (isListType(type)) return listCompletionOf(document, type.ofType, nodes);
  if (isAbstractType(type)) return abstractCompletionOf(document, type, nodes);
  if (isObjectType(type)) return objectCompletionOf(document, type, nodes);
  return (_run, value) => serialized(type, value);
}

function listCompletionOf(document: Document, itemType: GraphQLOutputType, nodes: Nodes): Complete {
  const complete = completionOf(document, itemType, nodes);
  const mayBeNull = !isNonNullType(itemType);
  return (run, list, path, info) => {
    if (!isIterableObject(list))
      throw new GraphQLError(
        `Expected Iterable, but did not find one for field "${info.parentType.name}.${info.fieldName}".`,
      );
    const pending: PromiseLike<unknown>[] = [];
    const completeItem = (item: unknown, index: number): unknown => {
      const itemPath: ResponsePath = { prev: path, key: index, typename: undefined };
      const failed = (error: unknown) => nullFor(run, error, nodes, itemPath, mayBeNull);
      try {
        const completed = isPromise(item)
          ? item.then((resolved) => complete(run, resolved, itemPath, info))
          : complete(run, item, itemPath, info);
        if (!isPromise(completed)) return completed;
        const guarded = completed.then(undefined, failed);
        pending.push(guarded);
        return guarded;
      } catch (error) {
        return failed(error);
      }
    };
    try {
      const items = Array.from(list, completeItem);
      return pending.length > 0 ? Promise.all(items) : items;
    } catch (error) {
      // Nobody asks for the other items any more; where one of them fails, that must not end the process.
      void Promise.allSettled(pending);
      throw error;
    }
  };
}

function objectCompletionOf(document: Document, type: GraphQLObjectType, nodes: Nodes): Complete {
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const execute = fieldsOf(document, type, sets);
  const refuse = (value: unknown) =>
    new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
  return (run, value, path, info) => {
    if (type.isTypeOf === undefined || type.isTypeOf === null) return execute(run, value, path);
    const isOfType = type.isTypeOf(value, run.contextValue, info);
    if (isPromise(isOfType)) {
      return isOfType.then((is) => {
        if (!is) throw refuse(value);
        return execute(run, value, path);
      });
    }
    if (!isOfType) throw refuse(value);
    return execute(run, value, path);
  };
}

function abstractCompletionOf(document: Document, type: GraphQLAbstractType, nodes: Nodes): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  // Made when the first value of a type comes: most documents never meet all of them.
  const completions = new Map<string, Complete>();
  const completionFor = (name: unknown, value: unknown, info: GraphQLResolveInfo): Complete => {
    const known = typeof name === 'string' ? completions.get(name) : undefined;
    if (known !== undefined) return known;
    const runtimeType = runtimeTypeOf(type, name, value, info);
    const complete = objectCompletionOf(document, runtimeType, nodes);
    completions.set(runtimeType.name, complete);
    return complete;
  };
  return (run, value, path, info) => {
    const name: unknown = resolveType(value, run.contextValue, info, type);
    return isPromise(name)
      ? name.then((resolved) => completionFor(resolved, value, info)(run, value, path, info))
      : completionFor(name, value, info)(run, value, path, info);
  };
}
