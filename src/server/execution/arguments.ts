/** The arguments of a field, execution after execution: those that are variables are coerced already and only taken over. */
import { Kind, getArgumentValues, isNonNullType, type FieldNode, type GraphQLField } from 'graphql';
import { ownMember } from '../../runtime/guards.js';

type Values = { [name: string]: unknown };

/** @returns what graphql-js makes of the arguments under the variables of an execution, mistakes included; each time in a new object. */
export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Values) => Values {
  const general = (variables: Values): Values => getArgumentValues(field, node, variables);
  const taken: {
    readonly name: string;
    readonly variable: string | null;
    readonly otherwise: unknown;
    readonly mayBeNull: boolean;
  }[] = [];
  for (const { name, type, defaultValue } of field.args) {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    const mayBeNull = !isNonNullType(type);
    if (value === undefined && defaultValue === undefined && mayBeNull) continue;
    if (value !== undefined && value.kind !== Kind.VARIABLE) return general;
    taken.push({ name, variable: value?.name.value ?? null, otherwise: defaultValue, mayBeNull });
  }
  return (variables) => {
    const values: Values = {};
    for (const { name, variable, otherwise, mayBeNull } of taken) {
      const value = variable === null ? otherwise : ownMember(variables, variable);
      if (value === undefined || (value === null && !mayBeNull)) return general(variables);
      values[name] = value;
    }
    return values;
  };
}
