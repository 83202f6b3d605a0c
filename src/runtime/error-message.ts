/** The message of an error. It checks the shape only, because errors are not always instances of this realm's Error. */
export function messageOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'message' in error ? String(error.message) : String(error);
}
