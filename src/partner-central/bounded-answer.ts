/**
 * Bounds the body of an answer before the SDK reads it: its bytes, its depth, its number of values, and each text in
 * it. The SDK reads a body of any size to its end, and fails on a whole page because of one wrong time. AWS never sends
 * such a body, but a proxy or a fault may.
 */
import { readBytes } from '../runtime/bounded-bytes.js';
import { COMMA, MAX_JSON_DEPTH, findMark, isOpening, isTooDeep, tryParseJson } from '../runtime/bounded-json.js';
import { isRecord } from '../runtime/guards.js';
import { printable } from './mappers/nullable.js';

/** The model's largest answers have about 1 MB: a page of 1,000 tasks, and AWS's summary of an opportunity. */
const MAX_BYTES = 4 * 1024 * 1024;
/** The model's largest answers have about 12,000 values. The SDK takes a microsecond and more for each. */
const MAX_VALUES = 50_000;

/** A body that AWS does not send. AWS may have done the work that was asked for all the same. */
class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  constructor(what: string) {
    super(`${what} A proxy may stand between the gateway and AWS.`);
  }
}

/** @throws UnusableAnswer as soon as the body is too large; the connection is closed then */
export async function readBounded(body: AsyncIterable<unknown>): Promise<Uint8Array> {
  return readBytes(body, MAX_BYTES, () => new UnusableAnswer(`The answer is too large (limit ${MAX_BYTES} bytes).`));
}

/**
 * The body with every text bounded and storable, without times that are none and without nulls in lists. A body that is
 * not JSON stays as it is, so that the SDK reports it.
 * @throws UnusableAnswer when it is nested too deeply or has too many values
 */
export function cleanBody(bytes: Uint8Array): Uint8Array {
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString();
  if (isTooDeep(text)) throw new UnusableAnswer(`The answer is nested too deeply (limit ${MAX_JSON_DEPTH} levels).`);
  if (hasTooManyValues(text)) {
    throw new UnusableAnswer(`The answer has too many members and elements (limit ${MAX_VALUES}).`);
  }
  const parsed = tryParseJson(text);
  return parsed === undefined ? bytes : Buffer.from(JSON.stringify(clean(parsed)));
}

/** Each value follows an opening bracket or a comma. */
function hasTooManyValues(text: string): boolean {
  let count = 0;
  const end = findMark(text, 0, (code) => {
    if (code === COMMA || isOpening(code)) count += 1;
    return count > MAX_VALUES;
  });
  return end < text.length;
}

function clean(value: unknown): unknown {
  if (typeof value === 'string') return printable(value);
  if (Array.isArray(value)) return value.filter((item) => item !== null).map(clean);
  if (!isRecord(value)) return value;
  const members = Object.entries(value).filter(([name, member]) => !TIMES.has(name) || isTime(member));
  return Object.fromEntries(members.map(([name, member]) => [name, clean(member)]));
}

/** The members that the model types as a timestamp. In the revenue of software, ExpirationDate is a date alone. */
const TIMES: ReadonlySet<string> = new Set([
  'CreatedAt',
  'CreatedDate',
  'EndTime',
  'EngagementLastModifiedAt',
  'ExpirationDate',
  'InteractionDate',
  'InvitationDate',
  'LastModifiedDate',
  'LastSuccessfulExecutionDate',
  'ModifiedAt',
  'StartTime',
  'Time',
]);

/** With the fraction of a second, which AWS writes with up to nine digits, and may write with more. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d))?$/i;

const MAX_TIME_LENGTH = 100;

/** True for a text that the SDK reads as a time, and for a date alone. */
function isTime(value: unknown): boolean {
  const match = typeof value === 'string' && value.length <= MAX_TIME_LENGTH ? TIME.exec(value) : null;
  if (match === null) return false;
  const [whole, year, month, day] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isDay && !Number.isNaN(Date.parse(whole));
}
