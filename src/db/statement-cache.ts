/**
 * The longest text of a statement that is kept beside it, in characters: twice the longest one whose text is always the same. What is longer has
 * a list, or rows, of a number that hardly comes again, and SQLite's prepared form of it takes some seventy times the text: a few hundred lists
 * of thirty thousand values would hold gigabytes for as long as the process runs.
 */
const MAX_CHARACTERS = 4096;

export function isCacheable(sql: string): boolean {
  return sql.length <= MAX_CHARACTERS;
}
