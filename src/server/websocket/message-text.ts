/**
 * Edits a client's message in its text. A value that is parsed and written again is not always the same (1e999 becomes null), and writing a value that
 * is nested deeply overflows the stack.
 */
import { endOfString, findMark, isClosing, isOpening } from '../../runtime/bounded-json.js';

/**
 * @param text a JSON object with at least one member
 * @param json the member's value, as JSON
 * @returns the object with this member. JSON.parse takes the last of several members of one name, so that an earlier one does not count.
 */
export function withMember(text: string, name: string, json: string): string {
  return `${text.slice(0, text.lastIndexOf('}'))},"${name}":${json}}`;
}

/**
 * @param text a JSON object
 * @param edit makes the new value from the text of the old one
 * @returns the object with another value for the member that JSON.parse takes, or the same text where there is no such member
 */
export function withMemberEdited(text: string, name: string, edit: (json: string) => string): string {
  const span = lastValueOf(text, name);
  return span === null
    ? text
    : text.slice(0, span.start) + edit(text.slice(span.start, span.end)) + text.slice(span.end);
}

function lastValueOf(text: string, name: string): { readonly start: number; readonly end: number } | null {
  let found: { readonly start: number; readonly end: number } | null = null;
  for (let key = text.indexOf('"'); key !== -1;) {
    const keyEnd = endOfString(text, key);
    const start = text.indexOf(':', keyEnd) + 1;
    const end = endOfValue(text, start);
    // A name may be written with escapes.
    if (JSON.parse(text.slice(key, keyEnd + 1)) === name) found = { start, end };
    key = text.indexOf('"', end);
  }
  return found;
}

/** @returns the index of the comma or bracket that follows the value */
function endOfValue(text: string, start: number): number {
  let depth = 0;
  return findMark(text, start, (code) => {
    if (depth === 0 && !isOpening(code)) return true;
    if (isOpening(code)) depth += 1;
    else if (isClosing(code)) depth -= 1;
    return false;
  });
}
