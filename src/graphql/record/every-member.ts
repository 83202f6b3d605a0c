/**
 * A filter that names each of its members, with `undefined` for a member that the input omits. It compiles only if the
 * filter and the input have the same members, except the members `Given`, which do not come from the input.
 */
export type EveryMember<Filter, Input, Given extends keyof Filter = never> = [
  Exclude<keyof Input, keyof Filter>,
  Exclude<keyof Filter, keyof Input | Given>,
] extends [never, never]
  ? { readonly [Name in keyof Required<Filter>]: Filter[Name] }
  : never;
