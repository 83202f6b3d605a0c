/**
 * A filter that says something about each of its members, `undefined` where the input leaves one out. It compiles only where filter and input have
 * the same members, but for `Given`, which come from elsewhere.
 */
export type EveryMember<Filter, Input, Given extends keyof Filter = never> = [
  Exclude<keyof Input, keyof Filter>,
  Exclude<keyof Filter, keyof Input | Given>,
] extends [never, never]
  ? { readonly [Name in keyof Required<Filter>]: Filter[Name] }
  : never;
