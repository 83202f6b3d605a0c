/**
 * JSON from outside, with a bound on its depth. JSON.parse accepts any depth, but JSON.stringify and every recursive
 * walk overflow the stack on a value that is nested some thousand levels deep. Such a text is therefore refused before
 * it becomes a value.
 */

/** Levels of objects and arrays. The deepest message of any known client, of AWS or of EventBridge has fewer than 12. */
export const MAX_JSON_DEPTH = 64;

/** The text is nested deeper than MAX_JSON_DEPTH. The message may be shown to a client. */
export class JsonTooDeepError extends Error {
  override readonly name = 'JsonTooDeepError';
  constructor() {
    super(`The JSON is nested too deeply (limit ${MAX_JSON_DEPTH} levels).`);
  }
}

/** @throws SyntaxError when the text is not JSON, JsonTooDeepError when it is nested too deeply */
export function parseBoundedJson(text: string): unknown {
  if (isTooDeep(text)) throw new JsonTooDeepError();
  return JSON.parse(text);
}

/** @returns true when the text has more than MAX_JSON_DEPTH brackets open at once, whether or not it is JSON */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index += 1) {
    switch (text.charCodeAt(index)) {
      case QUOTE:
        index = endOfString(text, index);
        break;
      case OPEN_BRACE:
      case OPEN_BRACKET:
        depth += 1;
        if (depth > MAX_JSON_DEPTH) return true;
        break;
      case CLOSE_BRACE:
      case CLOSE_BRACKET:
        depth -= 1;
        break;
      default:
    }
  }
  return false;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;

/** @returns the index of the quote that closes the string opened at `start`, or the end of the text where none does */
export function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}
