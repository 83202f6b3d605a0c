/**
 * Edits a client's message in its text. Parsing and writing it can change a value (1e999 becomes null), and writing a
 * deeply nested value overflows the stack.
 */
import { endOfString, findMark, isClosing, isOpening } from '../../runtime/json/bounded-json.js';

/**
 * @param text a JSON object with at least one member
 * @param json the member's value, as JSON
 * @returns the object with this member added last, because JSON.parse takes the last of several members of one name
 */
export function withMember(text: string, name: string, json: string): string {
  return `${text.slice(0, text.lastIndexOf('}'))},"${name}":${json}}`;
}

/**
 * @param text a JSON object
 * @param edit returns the new value for the text of the old one
 * @returns the object with the new value for the member that JSON.parse takes, or the same text without such a member
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
    // The name is parsed, because it may contain escapes.
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
