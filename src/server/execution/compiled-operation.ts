/**
 * One operation, compiled for many executions. Selected fields, types and the completion of each value are decided
 * once, so that an execution only resolves and serializes. Everything observable equals graphql-js: the order of
 * resolvers, their arguments, null bubbling, and each error with its path and locations. Compilation makes closures and
 * generates no code, because a client's document must never become part of a program.
 */
import {
  GraphQLError,
  GraphQLID,
  GraphQLString,
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
  type GraphQLAbstractType,
  type GraphQLList,
  type GraphQLNamedOutputType,
  type GraphQLObjectType,
  type GraphQLOutputType,
  type GraphQLResolveInfo,
  type ResponsePath,
  type SelectionSetNode,
} from 'graphql';
import { inspect } from 'graphql/jsutils/inspect.js';
import { isRecord } from '../../runtime/guards.js';
import { argumentsOf } from './arguments.js';
import { isIterableObject, isPlain, isPromise, runtimeTypeOf, serialized } from './resolved-value.js';
import { selectedFields, type FieldNodes, type OperationDocument } from './selected-fields.js';

/** The values of one execution. */
type Run = {
  readonly rootValue: unknown;
  readonly contextValue: unknown;
  readonly variableValues: { [name: string]: unknown };
  readonly errors: Errors;
};

export type Errors = { readonly list: GraphQLError[]; add(error: GraphQLError, path: ResponsePath | undefined): void };

export type CompiledOperation = (run: Run) => Data | Promise<Data>;

type Data = Record<string, unknown>;
type Nullable = GraphQLNamedOutputType | GraphQLList<GraphQLOutputType>;
type Path = ResponsePath | undefined;
type ExecuteObject = (run: Run, source: unknown, path: Path) => Data | Promise<Data>;
type CompiledField = { readonly name: string; readonly execute: (run: Run, source: unknown, path: Path) => unknown };
type Complete = (run: Run, value: unknown, path: ResponsePath, info: GraphQLResolveInfo) => unknown;

/** Compiles the operation for all variables under which `isIncluded` gives the same results. */
export function compileOperation(document: OperationDocument, rootType: GraphQLObjectType): CompiledOperation {
  const root = compileObject(document, rootType, [document.operation.selectionSet]);
  return (run) => root(run, run.rootValue, undefined);
}

function compileObject(
  document: OperationDocument,
  type: GraphQLObjectType,
  sets: readonly SelectionSetNode[],
): ExecuteObject {
  const fields = [...selectedFields(document, type, sets)].map(([name, nodes]) =>
    compileField(document, type, name, nodes),
  );

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
      // Await the other fields so that a second rejection is handled.
      return settled(result).finally(() => {
        throw error;
      });
    }
    return pending ? settled(result) : result;
  };
}

/** Replaces the promises of the object by their values, in place. */
async function settled(fields: Data): Promise<Data> {
  const values = await Promise.all(Object.values(fields));
  for (const [index, name] of Object.keys(fields).entries()) fields[name] = values[index];
  return fields;
}

function compileField(
  document: OperationDocument,
  parentType: GraphQLObjectType,
  name: string,
  nodes: FieldNodes,
): CompiledField {
  const { schema, operation, fragments } = document;
  const [node] = nodes;
  const fieldName = node.name.value;
  if (fieldName === TypeNameMetaFieldDef.name) return { name, execute: () => parentType.name };
  const field = parentType.getFields()[fieldName];
  if (field === undefined) throw new Error(`${parentType.name} has no field ${fieldName}`);
  const { type: returnType, resolve = defaultFieldResolver } = field;
  const mayBeNull = !isNonNullType(returnType);
  const complete = compileCompletion(document, returnType, nodes);
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

  const execute: CompiledField['execute'] = (run, source, parent) => executeWith(run, source, parent, resolve);
  const leaf = mayBeNull ? returnType : returnType.ofType;
  if (field.resolve !== undefined || field.args.length > 0 || !isLeafType(leaf)) return { name, execute };
  const isText = leaf === GraphQLString || leaf === GraphQLID;
  return {
    name,
    // Most fields are plain values of an object. Only other values need a path.
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
      // The member is read only once, because a getter may return another value. A method is read again to be called,
      // as graphql-js does.
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

function nullFor(run: Run, error: unknown, nodes: FieldNodes, path: ResponsePath, mayBeNull: boolean): null {
  const located = locatedError(error, nodes, responsePathAsArray(path));
  if (!mayBeNull) throw located;
  run.errors.add(located, path);
  return null;
}

/** Compiles the completion of a resolved value (GraphQL, section 6.4.3). */
function compileCompletion(document: OperationDocument, type: GraphQLOutputType, nodes: FieldNodes): Complete {
  if (!isNonNullType(type)) return compileNullable(document, type, nodes);
  const complete = compileNullable(document, type.ofType, nodes);
  return (run, value, path, info) => {
    const completed = complete(run, value, path, info);
    if (completed === null)
      throw new Error(`Cannot return null for non-nullable field ${info.parentType.name}.${info.fieldName}.`);
    return completed;
  };
}

function compileNullable(document: OperationDocument, type: Nullable, nodes: FieldNodes): Complete {
  const complete = compilePresent(document, type, nodes);
  return (run, value, path, info) => {
    if (value instanceof Error) throw value;
    return value === null || value === undefined ? null : complete(run, value, path, info);
  };
}

function compilePresent(document: OperationDocument, type: Nullable, nodes: FieldNodes): Complete {
  if (isListType(type)) return compileList(document, type.ofType, nodes);
  if (isAbstractType(type)) return compileAbstract(document, type, nodes);
  if (isObjectType(type)) return compileObjectCompletion(document, type, nodes);
  return (_run, value) => serialized(type, value);
}

function compileList(document: OperationDocument, itemType: GraphQLOutputType, nodes: FieldNodes): Complete {
  const complete = compileCompletion(document, itemType, nodes);
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
      // The other items are dropped. Their rejections must be handled, because an unhandled one ends the process.
      void Promise.allSettled(pending);
      throw error;
    }
  };
}

function compileObjectCompletion(document: OperationDocument, type: GraphQLObjectType, nodes: FieldNodes): Complete {
  const sets = nodes.flatMap(({ selectionSet }) => selectionSet ?? []);
  const execute = compileObject(document, type, sets);
  const wrongType = (value: unknown) =>
    new GraphQLError(`Expected value of type "${type.name}" but got: ${inspect(value)}.`, { nodes });
  return (run, value, path, info) => {
    if (type.isTypeOf === undefined || type.isTypeOf === null) return execute(run, value, path);
    const isOfType = type.isTypeOf(value, run.contextValue, info);
    if (isPromise(isOfType)) {
      return isOfType.then((is) => {
        if (!is) throw wrongType(value);
        return execute(run, value, path);
      });
    }
    if (!isOfType) throw wrongType(value);
    return execute(run, value, path);
  };
}

function compileAbstract(document: OperationDocument, type: GraphQLAbstractType, nodes: FieldNodes): Complete {
  const resolveType = type.resolveType ?? defaultTypeResolver;
  // Compiled for the first value of each type, because most documents never meet all types.
  const completions = new Map<string, Complete>();
  const completionFor = (name: unknown, value: unknown, info: GraphQLResolveInfo): Complete => {
    const known = typeof name === 'string' ? completions.get(name) : undefined;
    if (known !== undefined) return known;
    const runtimeType = runtimeTypeOf(type, name, value, info);
    const complete = compileObjectCompletion(document, runtimeType, nodes);
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
