/**
 * Values of AWS's answers, of which any may be absent: a missing one is null or an empty list, never undefined. The SDK
 * checks no type, so that a member may be anything that JSON can hold.
 */

/** The longest text in the model. Texts that the model does not bound, such as the message of a task, are cut here. */
const MAX_TEXT_LENGTH = 5000;
/** The longest id in the model, of which an ARN is one. PostgreSQL has no room in an index for 2,700 bytes. */
const MAX_ID_LENGTH = 255;
/** As the model bounds it in requests: a longer one could not be sent back. */
const MAX_TOKEN_LENGTH = 2048;

/** Control characters but tab and line breaks, and half surrogate pairs: no database stores all of them as they are. */
const UNPRINTABLE = /[^\P{Cc}\t\n\r]|\p{Cs}/gu;

/** A text that every database can hold and a person can read, at most `maxLength` long. */
export function printable(text: string, maxLength = MAX_TEXT_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(UNPRINTABLE, '\ufffd');
}

/** AWS writes the text "null" where it means nothing (seen as the ReasonCode of COMPLETE tasks). */
export function present(value: unknown): string | null {
  return typeof value !== 'string' || value === '' || value === 'null' ? null : printable(value);
}

/** An id or an ARN; null, which means unknown, when the value cannot be one. */
export function idOf(value: unknown, pattern = /./): string | null {
  const id = present(value);
  return id !== null && id.length <= MAX_ID_LENGTH && IN_ONE_LINE.test(id) && pattern.test(id) ? id : null;
}

/** With no control character, and none that stands for one that was replaced. */
const IN_ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\ufffd]+$/u;

/**
 * The token that AWS gives with a page that is not the last.
 * @throws Error when it cannot be one: to take the list for complete would be wrong
 */
export function nextTokenOf(value: unknown): string | null {
  if (value === undefined || value === '' || value === 'null') return null;
  if (typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH) return value;
  throw new Error(`The NextToken of the list is not a text of at most ${MAX_TOKEN_LENGTH} characters.`);
}

/** An empty list for what is none. */
export function listOf<T>(values: readonly T[] | undefined): readonly T[] {
  return Array.isArray(values) ? values : [];
}

export function textsOf(values: readonly unknown[] | undefined): readonly string[] {
  return listOf(values).flatMap((value) => present(value) ?? []);
}

/** AWS began after the first, and no date in a record lies past the second. */
const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** Null for a time that nothing in an account can have. */
export function timeOf(date: Date | undefined): number | null {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  return time >= EARLIEST && time < LATEST ? time : null;
}

const MAX_COUNT = 2 ** 31 - 1;

/** Null for what GraphQL's Int cannot hold. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? value : null;
}

/** What a proxy between the gateway and AWS sends: HTTP 200 and nothing that AWS would say. */
export class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer';
  constructor(about: string) {
    super(`The answer says nothing of ${about}. A proxy may stand between the gateway and AWS.`);
  }
}

/** @throws EmptyAnswer when no member is there but what the SDK adds itself */
export function notEmpty<T extends object>(answer: T, about: string): T {
  if (Object.entries(answer).every(([name, value]) => name === '$metadata' || value === undefined))
    throw new EmptyAnswer(about);
  return answer;
}
