/** JSON in bodies and in the parameters of a GET: only in UTF-8, without compression, and with a limit on its depth. */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { GraphQLError } from 'graphql';
import { JsonTooDeepError, MAX_JSON_DEPTH, isTooDeep, parseBoundedJson } from '../../runtime/json/bounded-json.js';
import { limitExceeded } from '../security/limits.js';
import { createRequestError, requestErrorOf, type RequestError } from '../security/request-error.js';

/** The parameters of a GET whose values are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
/** The largest part of a client's text that a message repeats. */
const SHOWN_CHARACTERS = 40;
const BYTE_ORDER_MARK = '\uFEFF';

/** A refused body, with the answer to its client. */
export class BodyRefused extends Error {
  constructor(readonly requestError: RequestError) {
    super(requestError.errors[0]?.message);
  }
}

/** Installs the body parser. A refused body fails its request with BodyRefused. */
export function boundJsonBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const refused = request.method === 'POST' ? checkCoding(request.headers) : null;
    if (refused === null) done(null, payload);
    else done(new BodyRefused(refused));
  });
  // Fastify would close the connection, and a client that still sends its body would miss the answer. The rest is
  // discarded instead.
  app.addHook('onError', (_request, reply, _error, done) => {
    reply.removeHeader('connection');
    done();
  });
  app.removeContentTypeParser('application/json');
  app.addContentTypeParser('application/json', { parseAs: 'buffer' }, (_request, body, done) => {
    const parsed = jsonIn(Buffer.isBuffer(body) ? body : Buffer.from(body));
    if (parsed.kind === 'value') done(null, parsed.value);
    else done(new BodyRefused(parsed), undefined);
  });
}

/**
 * Checks the declared coding, because bytes of another charset can be valid UTF-8 by chance and then mean another text.
 */
function checkCoding(headers: IncomingHttpHeaders): RequestError | null {
  const { 'content-encoding': encoding = '', 'content-type': type = '' } = headers;
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    const message =
      `The content-encoding "${shown(encoding)}" is not supported. Send the body without a ` + `content-encoding.`;
    return createRequestError('BAD_REQUEST', message, { status: 415, headers: { 'accept-encoding': 'identity' } });
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase() ?? '';
  if (['', 'utf-8', 'utf8'].includes(charset) || !type.toLowerCase().startsWith('application/json')) return null;
  return createRequestError(
    'BAD_REQUEST',
    `The charset "${shown(charset)}" is not supported. Send the body in UTF-8, without a charset.`,
    { status: 415 },
  );
}

function jsonIn(bytes: Buffer): { readonly kind: 'value'; readonly value: unknown } | RequestError {
  if (!isUtf8(bytes))
    return createRequestError('BAD_REQUEST', 'The request body is not valid UTF-8. Send it in UTF-8.', { status: 400 });
  const text = bytes.toString('utf8');
  try {
    // A member `__proto__` is harmless, because values are never merged into objects.
    return { kind: 'value', value: parseBoundedJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) };
  } catch (error) {
    if (error instanceof JsonTooDeepError) return requestErrorOf([jsonTooDeep()], { status: 400 });
    return createRequestError('BAD_REQUEST', 'The request body is not valid JSON.', { status: 400 });
  }
}

/** @param target path and query of a GET */
export function checkParameters(target: string): RequestError | null {
  const start = target.indexOf('?');
  if (start === -1) return null;
  const query = target.slice(start);
  if (!isEncodedUtf8(query))
    return createRequestError(
      'BAD_REQUEST',
      'The parameters are not valid UTF-8. Send them in UTF-8, percent-encoded.',
      {
        status: 400,
      },
    );
  const parameters = new URLSearchParams(query);
  const isDeep = JSON_PARAMETERS.some((name) => parameters.getAll(name).some(isTooDeep));
  return isDeep ? requestErrorOf([jsonTooDeep()], { status: 400 }) : null;
}

/**
 * False for bytes that are not UTF-8, which URLSearchParams would replace. Node passes each raw byte as one character.
 */
function isEncodedUtf8(query: string): boolean {
  if (/[^\0-\x7f]/.test(query)) return false;
  try {
    // A percent sign without two hexadecimal digits stands for itself.
    decodeURIComponent(query.replaceAll(/%(?![\da-f]{2})/gi, ''));
    return true;
  } catch {
    return false;
  }
}

function shown(name: string): string {
  return name.slice(0, SHOWN_CHARACTERS);
}

function jsonTooDeep(): GraphQLError {
  return limitExceeded('jsonDepth', MAX_JSON_DEPTH);
}
