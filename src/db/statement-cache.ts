/**
 * The longest text of a statement that is cached, in characters: twice the longest text that never varies. Longer
 * statements have a list, or rows, of a length that rarely comes again. SQLite's prepared form takes some seventy times
 * the text, so a few hundred lists of thirty thousand values would hold gigabytes.
 */
const MAX_CHARACTERS = 4096;

export function isCacheable(sql: string): boolean {
  return sql.length <= MAX_CHARACTERS;
}
