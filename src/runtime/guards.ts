/** Guards input from outside: true if its members may be read by name. Arrays are records too. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}

/** A JSON object: a record that is not an array. */
export function isJsonObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return isRecord(value) && !Array.isArray(value);
}

/**
 * The record's own member, for a name chosen by a stranger. A plain read of `constructor` or `__proto__` returns the
 * inherited value.
 */
export function ownMember<Value>(of: Readonly<Record<string, Value>>, name: string): Value | undefined {
  return Object.hasOwn(of, name) ? of[name] : undefined;
}
