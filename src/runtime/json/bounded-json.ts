/**
 * JSON from outside, with a bound on its depth. JSON.parse accepts any depth, but JSON.stringify and every recursive
 * walk overflow the stack on a value that is nested some thousand levels deep. Such a text is therefore refused before
 * it becomes a value.
 */

/**
 * Levels of objects and arrays. The deepest message of any known client, of AWS or of EventBridge has fewer than 12.
 */
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

/** @returns undefined for a text that is not JSON; its depth has no bound */
export function tryParseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** @returns true when the text has more than MAX_JSON_DEPTH brackets open at once, whether or not it is JSON */
export function isTooDeep(text: string): boolean {
  let depth = 0;
  const end = findMark(text, 0, (code) => {
    if (isOpening(code)) depth += 1;
    else if (isClosing(code)) depth -= 1;
    return depth > MAX_JSON_DEPTH;
  });
  return end < text.length;
}

const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const OPEN_BRACE = 0x7b;
const CLOSE_BRACE = 0x7d;
const OPEN_BRACKET = 0x5b;
const CLOSE_BRACKET = 0x5d;
export const COMMA = 0x2c;

export function isOpening(code: number): boolean {
  return code === OPEN_BRACE || code === OPEN_BRACKET;
}

export function isClosing(code: number): boolean {
  return code === CLOSE_BRACE || code === CLOSE_BRACKET;
}

/**
 * Walks over the commas and brackets outside of strings.
 * @param isFound is called with the code of each
 * @returns the index of the first for which `isFound` returns true, or the end of the text where there is none
 */
export function findMark(text: string, start: number, isFound: (code: number) => boolean): number {
  for (let index = start; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) index = endOfString(text, index);
    else if ((code === COMMA || isOpening(code) || isClosing(code)) && isFound(code)) return index;
  }
  return text.length;
}

/** @returns the index of the quote that closes the string opened at `start`, or the end of the text where none does */
export function endOfString(text: string, start: number): number {
  for (let index = start + 1; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code === QUOTE) return index;
    if (code === BACKSLASH) index += 1;
  }
  return text.length;
}
