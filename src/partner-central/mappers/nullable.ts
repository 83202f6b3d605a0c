/**
 * Reads the values of AWS's answers. A missing or unusable value is null or an empty list, never undefined. The SDK
 * checks no types, so a member may hold any JSON.
 */

/** The longest text in AWS's model. Texts that the model does not bound, such as the message of a task, are cut. */
const MAX_TEXT_LENGTH = 5000;
/** The longest id in AWS's model, which includes ARNs. An index of PostgreSQL holds less than 2,700 bytes. */
const MAX_ID_LENGTH = 255;
/** The model's limit in requests: a longer token could not be sent back. */
const MAX_TOKEN_LENGTH = 2048;

/**
 * Control characters except tab and line breaks, and half surrogate pairs: not every database stores them unchanged.
 */
const UNPRINTABLE = /[^\P{Cc}\t\n\r]|\p{Cs}/gu;

/** The text, cut to `maxLength`, in a form that every database can store and a person can read. */
export function printable(text: string, maxLength = MAX_TEXT_LENGTH): string {
  const cut = text.length > maxLength ? `${text.slice(0, maxLength - 1)}…` : text;
  return cut.replace(UNPRINTABLE, '\ufffd');
}

/** The text; null if it is absent, empty or "null". AWS writes "null" as the ReasonCode of COMPLETE tasks. */
export function textOf(value: unknown): string | null {
  return typeof value !== 'string' || value === '' || value === 'null' ? null : printable(value);
}

/** An id or an ARN; null, which means unknown, when the value cannot be an id. */
export function idOf(value: unknown, pattern = /./): string | null {
  const id = textOf(value);
  return id !== null && id.length <= MAX_ID_LENGTH && IN_ONE_LINE.test(id) && pattern.test(id) ? id : null;
}

/** A line without control characters and without replacement characters. */
const IN_ONE_LINE = /^[^\p{Cc}\p{Zl}\p{Zp}\ufffd]+$/u;

/**
 * The token of the next page; null for the last page.
 * @throws Error when the value cannot be a token, because the list must not count as complete
 */
export function nextTokenOf(value: unknown): string | null {
  if (value === undefined || value === '' || value === 'null') return null;
  if (typeof value === 'string' && value.length <= MAX_TOKEN_LENGTH) return value;
  throw new Error(`The NextToken of the list is not a text of at most ${MAX_TOKEN_LENGTH} characters.`);
}

/** The list; an empty list if the value is not a list. */
export function listOf<T>(values: readonly T[] | undefined): readonly T[] {
  return Array.isArray(values) ? values : [];
}

export function textsOf(values: readonly unknown[] | undefined): readonly string[] {
  return listOf(values).flatMap((value) => textOf(value) ?? []);
}

/** AWS is younger than the first, and no date of a record lies after the second. */
const EARLIEST = Date.UTC(1990, 0, 1);
const LATEST = Date.UTC(2200, 0, 1);

/** Null for a time outside that range. */
export function timeOf(date: Date | undefined): number | null {
  const time = date instanceof Date ? date.getTime() : Number.NaN;
  return time >= EARLIEST && time < LATEST ? time : null;
}

const MAX_COUNT = 2 ** 31 - 1;

/** Null for a value that GraphQL's Int cannot hold. */
export function countOf(value: unknown): number | null {
  return typeof value === 'number' && Number.isInteger(value) && value >= 0 && value <= MAX_COUNT ? value : null;
}

/** The number of a text that AWS writes as digits; null for any other text. */
export function wholeNumberOf(value: unknown): number | null {
  return typeof value === 'string' && /^[0-9]{1,9}$/.test(value) ? Number(value) : null;
}

/** The answer of a proxy between the gateway and AWS: HTTP 200 without a member that AWS would send. */
export class EmptyAnswer extends Error {
  override readonly name = 'EmptyAnswer';
  constructor(subject: string) {
    super(`The answer does not describe ${subject}. A proxy may stand between the gateway and AWS.`);
  }
}

/** @throws EmptyAnswer when the answer has no members besides the SDK's own */
export function notEmpty<T extends object>(answer: T, subject: string): T {
  if (Object.entries(answer).every(([name, value]) => name === '$metadata' || value === undefined))
    throw new EmptyAnswer(subject);
  return answer;
}
