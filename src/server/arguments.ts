/** The arguments of a field, execution after execution: those that are variables are coerced already and only taken over. */
import { Kind, getArgumentValues, isNonNullType, type FieldNode, type GraphQLField } from 'graphql';

type Values = { [name: string]: unknown };

/** @returns what graphql-js makes of the arguments under the variables of an execution, mistakes included; each time in a new object. */
export function argumentsOf(field: GraphQLField<unknown, unknown>, node: FieldNode): (variables: Values) => Values {
  const general = (variables: Values): Values => getArgumentValues(field, node, variables);
  const variableOf = new Map<string, string>();
  for (const { name, type, defaultValue } of field.args) {
    const value = node.arguments?.find((argument) => argument.name.value === name)?.value;
    if (value === undefined && defaultValue === undefined && !isNonNullType(type)) continue;
    if (value?.kind !== Kind.VARIABLE) return general;
    variableOf.set(name, value.name.value);
  }
  return (variables) => {
    const values: Values = Object.create(null);
    for (const [name, variable] of variableOf) {
      const value = variables[variable];
      if (value === undefined || value === null) return general(variables);
      values[name] = value;
    }
    return values;
  };
}
