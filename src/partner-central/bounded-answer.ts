/**
 * Bounds the body of an answer before the SDK reads it: its bytes, its depth, its number of values, and each text. The
 * SDK reads a body of any size to its end, and one wrong time makes it reject a whole page. AWS never sends such a
 * body, but a proxy or a fault may.
 */
import { readBytes } from '../runtime/json/bounded-bytes.js';
import { COMMA, MAX_JSON_DEPTH, findMark, isOpening, isTooDeep, tryParseJson } from '../runtime/json/bounded-json.js';
import { isRecord } from '../runtime/guards.js';
import { printable } from './mappers/nullable.js';

/** The largest answers of AWS's model have about 1 MB: a page of 1,000 tasks, and a summary of an opportunity. */
const MAX_BYTES = 4 * 1024 * 1024;
/** The largest answers of AWS's model have about 12,000 values. The SDK spends at least a microsecond on each. */
const MAX_VALUES = 50_000;

/** A body that AWS never sends. AWS may still have processed the request. */
class UnusableAnswer extends Error {
  override readonly name = 'UnusableAnswer';
  constructor(what: string) {
    super(`${what} A proxy may stand between the gateway and AWS.`);
  }
}

/** @throws UnusableAnswer as soon as the body is too large; the connection is then closed */
export async function readBounded(body: AsyncIterable<unknown>): Promise<Uint8Array> {
  return readBytes(body, MAX_BYTES, () => new UnusableAnswer(`The answer is too large (limit ${MAX_BYTES} bytes).`));
}

/**
 * The body with bounded, storable texts, without invalid times and without nulls in lists. A body that is not JSON
 * stays unchanged, so that the SDK reports it.
 * @throws UnusableAnswer when the body is nested too deeply or has too many values
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

/** The timestamp members of AWS's model. In SoftwareRevenue, ExpirationDate is a date without a time. */
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

/** RFC 3339. AWS writes at most nine digits of the fraction of a second, and may write more. */
const TIME = /^(\d{4})-(\d\d)-(\d\d)(T\d\d:\d\d:\d\d(?:\.\d+)?(?:Z|[-+]\d\d:\d\d))?$/i;

const MAX_TIME_LENGTH = 100;

/** True for a text that the SDK reads as a time, and for a date without a time. */
function isTime(value: unknown): boolean {
  const match = typeof value === 'string' && value.length <= MAX_TIME_LENGTH ? TIME.exec(value) : null;
  if (match === null) return false;
  const [whole, year, month, day] = match;
  const date = new Date(Date.UTC(Number(year), Number(month) - 1, Number(day)));
  const isDay = date.getUTCMonth() === Number(month) - 1 && date.getUTCDate() === Number(day);
  return isDay && !Number.isNaN(Date.parse(whole));
}
