/**
 * Registers the enums of the schema. A value without a description does not compile. Values keep the spelling of the
 * domain.
 */
import { registerEnumType } from 'type-graphql';

export function registerEnum<Value extends string>(
  name: string,
  description: string,
  values: Readonly<Record<Value, string>>,
): Readonly<Record<string, string>> {
  return registerNamedEnum(
    name,
    description,
    Object.entries<string>(values).map(([value, about]) => ({ name: value, value, description: about })),
  );
}

type NamedValue = { readonly name: string; readonly value: string; readonly description: string };

/** Registers an enum whose names in the schema differ from the values of the domain. */
export function registerNamedEnum(
  name: string,
  description: string,
  values: readonly NamedValue[],
): Readonly<Record<string, string>> {
  const valueByName = Object.fromEntries(values.map((value) => [value.name, value.value]));
  const valuesConfig = Object.fromEntries(values.map((value) => [value.name, { description: value.description }]));
  registerEnumType(valueByName, { name, description, valuesConfig });
  return valueByName;
}
