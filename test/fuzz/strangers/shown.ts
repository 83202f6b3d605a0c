/** A text for a sentence about it: short, and on one line. */
export function shown(text: string, length = 400): string {
  return JSON.stringify(text.length > length ? `${text.slice(0, length)}… (${text.length})` : text);
}
