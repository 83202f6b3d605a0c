/**
 * True for a text that both databases store unchanged. PostgreSQL stores no NUL character: the statement that carries
 * one fails for every caller that shares it. Both databases replace half a surrogate pair by another character, and
 * would find rows with that character. No row has a key that is not storable, so a search for one can answer "not
 * found" at once.
 */
export function isStorableText(text: string): boolean {
  return !/[\0\p{Cs}]/u.test(text);
}
