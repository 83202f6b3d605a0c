/** For what comes from outside: whether its members may be asked for by name. Arrays are records too. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A record that is no array: JSON's object. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !Array.isArray(value);
}

/**
 * The record's own member, for a name that a stranger chose: a plain read of `constructor` or `__proto__` answers with
 * what every object inherits.
 */
export function ownMember<Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
