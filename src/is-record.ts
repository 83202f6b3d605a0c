/** For what comes from outside: whether its members may be asked for by name. Arrays are records too. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null;
}
