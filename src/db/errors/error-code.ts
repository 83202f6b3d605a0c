/**
 * The error code of SQLite, PostgreSQL or the operating system; '' when there is none. It checks the shape only,
 * because errors of the runtime are not always instances of this realm's Error.
 */
export function codeOf(error: unknown): string {
  if (typeof error !== 'object' || error === null) return '';
  if ('code' in error && typeof error.code === 'string') return error.code;
  // Node tries every address of a host name and reports all failures together.
  return 'errors' in error && Array.isArray(error.errors) ? codeOf(error.errors[0]) : '';
}
