/**
 * Whether a database may hold the text. PostgreSQL has none with the character NUL in it: the statement that brings one fails, for all who share
 * it. In the place of half a surrogate pair both databases put another character, and would find what holds that one. Nothing is stored under such
 * a text, so whoever looks for it may be told at once that there is nothing.
 */
export function isStorableText(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
