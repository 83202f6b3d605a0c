/**
 * JSON that survives a round trip unchanged. JavaScript's numbers hold about 16 digits and forget how a number was
 * written. A number that would change is therefore kept as a marked text, and written back as it was.
 */
import { randomUUID } from 'node:crypto';

/** No text from outside can contain it, because each process makes its own. */
const MARK = `number:${randomUUID()}:`;

/** The strings and the numbers of a JSON text. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.eE+-]*/gs;
const MARKED_TEXT = new RegExp(`"${MARK}([^"]*)"`, 'g');

/** @throws SyntaxError when the text is not JSON */
export function parseExactJson(text: string): unknown {
  JSON.parse(text);
  return JSON.parse(
    text.replace(STRING_OR_NUMBER, (token) =>
      token.startsWith('"') || String(Number(token)) === token ? token : `"${MARK}${token}"`,
    ),
  );
}

export function stringifyExactJson(value: unknown): string {
  return JSON.stringify(value).replace(MARKED_TEXT, '$1');
}
