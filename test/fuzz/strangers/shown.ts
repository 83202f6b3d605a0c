/** Shortens a text to one line for use in a message. */
export function shown(text: string, length = 400): string {
  return JSON.stringify(text.length > length ? `${text.slice(0, length)}… (${text.length})` : text);
}
