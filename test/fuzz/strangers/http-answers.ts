/** Parses the HTTP answers that a server wrote on one connection. */
import { shown } from './shown.js';

export type HttpAnswer = {
  readonly status: number;
  readonly headers: ReadonlyMap<string, string>;
  readonly body: string;
  readonly isWhole: boolean;
  readonly isBodiless: boolean;
};

/**
 * @param text everything that arrived, one character a byte
 * @param bodiless true if the answer with this number has a head only, because its request was a HEAD
 * @returns the answers, the last of which may be incomplete, and the bytes that do not begin an answer
 */
export function answersIn(
  text: string,
  bodiless: (index: number) => boolean = () => false,
): { readonly answers: readonly HttpAnswer[]; readonly rest: string } {
  const answers: HttpAnswer[] = [];
  let rest = text;
  for (;;) {
    const head = /^HTTP\/1\.1 (\d{3})[^\r\n]*\r\n((?:[^\r\n]+\r\n)*)\r\n/.exec(rest);
    if (head === null) return { answers, rest };
    const [whole, status = '', lines = ''] = head;
    const headers = new Map(
      lines
        .split('\r\n')
        .filter((line) => line !== '')
        .map((line): [string, string] => [
          line.slice(0, line.indexOf(':')).toLowerCase(),
          line.slice(line.indexOf(':') + 1).trim(),
        ]),
    );
    rest = rest.slice(whole.length);
    const code = Number(status);
    // The bytes after a switch of protocols belong to another protocol.
    if (code === 101)
      return { answers: [...answers, { status: code, headers, body: '', isWhole: true, isBodiless: true }], rest: '' };
    if (code === 100) continue;
    const isBodiless = code === 204 || code === 304 || bodiless(answers.length);
    const body = isBodiless ? { text: '', length: 0, isWhole: true } : bodyOf(rest, headers);
    rest = rest.slice(body.length);
    answers.push({
      status: code,
      headers,
      body: Buffer.from(body.text, 'latin1').toString('utf8'),
      isWhole: body.isWhole,
      isBodiless,
    });
    if (!body.isWhole) return { answers, rest: '' };
  }
}

function bodyOf(
  text: string,
  headers: ReadonlyMap<string, string>,
): { readonly text: string; readonly length: number; readonly isWhole: boolean } {
  if (headers.get('transfer-encoding') !== 'chunked') {
    const length = Number(headers.get('content-length') ?? text.length);
    return { text: text.slice(0, length), length: Math.min(length, text.length), isWhole: text.length >= length };
  }
  let body = '';
  for (let at = 0; ;) {
    const [line, size = ''] = /^([0-9a-f]+)\r\n/i.exec(text.slice(at, at + 20)) ?? [];
    const length = parseInt(size, 16);
    if (line === undefined || text.length < at + line.length + length + 2)
      return { text: body, length: text.length, isWhole: false };
    body += text.slice(at + line.length, at + line.length + length);
    at += line.length + length + 2;
    if (length === 0) return { text: body, length: at, isWhole: true };
  }
}

/** The statuses from 500 on that the server sends on purpose. */
const MEANT = new Set([501, 505]);
const SERVICE_CODES = /"code":"(SERVER_RESTARTING|AUTHENTICATION_UNAVAILABLE|SERVICE_UNAVAILABLE)"/;
/** The only unreadiness that a stranger meets: other processes may keep a busy machine from this one for a second. */
const OVERLOADED = /^\{"ready":false,"reasons":\["overloaded: [^"]*"\]/;

/** @returns the promises that an answer breaks: no server fault, and JSON in the shape of GraphQL */
export function mistakesIn(answer: HttpAnswer): string[] {
  if (!answer.isWhole) return [];
  const { status, headers, body } = answer;
  const mistakes: string[] = [];
  const isMeant = MEANT.has(status) || SERVICE_CODES.test(body) || OVERLOADED.test(body);
  if (status >= 500 && !isMeant) mistakes.push(`${status} ${shown(body)}`);
  const type = headers.get('content-type') ?? '';
  if (status >= 400 && (body === '' ? !answer.isBodiless : !/json|event-stream|multipart/.test(type)))
    mistakes.push(`${status} is answered as ${type}: ${shown(body)}`);
  if (/json/.test(type) && body !== '' && !isGraphqlShaped(body))
    mistakes.push(`${status} is answered with JSON of another shape: ${shown(body)}`);
  return mistakes;
}

function isGraphqlShaped(body: string): boolean {
  const value: unknown = parsed(body);
  if (typeof value !== 'object' || value === null) return false;
  // The answers of /health/live and /health/ready.
  if ('live' in value || 'ready' in value) return true;
  if ('errors' in value)
    return (
      Array.isArray(value.errors) &&
      value.errors.every((error) => typeof error.message === 'string' && typeof error.extensions?.code === 'string')
    );
  return 'data' in value;
}

function parsed(body: string): unknown {
  try {
    return JSON.parse(body);
  } catch {
    return undefined;
  }
}
