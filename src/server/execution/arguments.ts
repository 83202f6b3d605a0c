/** Reads the arguments of a field in each execution. Arguments that are variables are copied, as they are coerced. */
import { Kind, getArgumentValues, isNonNullType, type FieldNode, type GraphQLField } from 'graphql';
import { ownMember } from '../../runtime/guards.js';

type Values = { [name: string]: unknown };

/** @returns a function with the result of graphql-js: a new object for each execution, or the same errors */
export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Values) => Values {
  const byGraphqlJs = (variables: Values): Values => getArgumentValues(field, node, variables);
  const sources: {
    readonly name: string;
    readonly variable: string | null;
    readonly fallback: unknown;
    readonly mayBeNull: boolean;
  }[] = [];
  for (const { name, type, defaultValue } of field.args) {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const mayBeNull = !isNonNullType(type);
    if (value === undefined && defaultValue === undefined && mayBeNull) continue;
    if (value !== undefined && value.kind !== Kind.VARIABLE) return byGraphqlJs;
    sources.push({ name, variable: value?.name.value ?? null, fallback: defaultValue, mayBeNull });
  }
  return (variables) => {
    const values: Values = {};
    for (const { name, variable, fallback, mayBeNull } of sources) {
      const value = variable === null ? fallback : ownMember(variables, variable);
      if (value === undefined || (value === null && !mayBeNull)) return byGraphqlJs(variables);
      values[name] = value;
    }
    return values;
  };
}
