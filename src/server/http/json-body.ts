/** JSON in requests, with a bound on its depth and only in UTF-8: in bodies, and in the parameters of a GET. */
import { isUtf8 } from 'node:buffer';
import type { IncomingHttpHeaders } from 'node:http';
import type { FastifyInstance } from 'fastify';
import type { GraphQLError } from 'graphql';
import { JsonTooDeepError, MAX_JSON_DEPTH, isTooDeep, parseBoundedJson } from '../../runtime/bounded-json.js';
import { limitExceeded } from '../security/limits.js';
import { requestErrorOf, createRequestError, type RequestError } from '../security/request-error.js';

/** Parameters of a GET whose values are JSON. */
const JSON_PARAMETERS = ['variables', 'extensions'];
const CHARSET = /;\s*charset\s*=\s*"?([^";\s]*)/i;
/** Shown of a name that the client chose. */
const SHOWN_CHARACTERS = 40;
const BYTE_ORDER_MARK = '\uFEFF';

/** A body that is not read as JSON; what its client is answered. */
export class BodyRefused extends Error {
  constructor(readonly requestError: RequestError) {
    super(requestError.errors[0]?.message);
  }
}

/** A body that is refused fails its request with BodyRefused. */
export function boundJsonBodies(app: FastifyInstance): void {
  app.addHook('preParsing', (request, _reply, payload, done) => {
    const refused = request.method === 'POST' ? againstCoding(request.headers) : null;
    if (refused === null) done(null, payload);
    else done(new BodyRefused(refused));
  });
  // Fastify closes the connection of a body that fails, and the client that still sends it would not see the answer. The rest is discarded.
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

/** Bytes in another coding may be valid UTF-8 by chance, and then two texts become one. */
function againstCoding(headers: IncomingHttpHeaders): RequestError | null {
  const { 'content-encoding': encoding = '', 'content-type': type = '' } = headers;
  if (encoding !== '' && encoding.toLowerCase() !== 'identity') {
    const message = `A body with the content-encoding "${shown(encoding)}" is not read. Send it without a content-encoding.`;
    return createRequestError('BAD_REQUEST', message, { status: 415, headers: { 'accept-encoding': 'identity' } });
  }
  const charset = CHARSET.exec(type)?.[1]?.toLowerCase() ?? '';
  if (['', 'utf-8', 'utf8'].includes(charset) || !type.toLowerCase().startsWith('application/json')) return null;
  return createRequestError(
    'BAD_REQUEST',
    `A body in the charset "${shown(charset)}" is not read. Send it in UTF-8, without a charset.`,
    { status: 415 },
  );
}

function jsonIn(bytes: Buffer): { readonly kind: 'value'; readonly value: unknown } | RequestError {
  if (!isUtf8(bytes))
    return createRequestError('BAD_REQUEST', 'The request body is not valid UTF-8. Send it in UTF-8.', { status: 400 });
  const text = bytes.toString('utf8');
  try {
    // A member `__proto__` is a member like all others, because values are never merged into objects.
    return { kind: 'value', value: parseBoundedJson(text.startsWith(BYTE_ORDER_MARK) ? text.slice(1) : text) };
  } catch (error) {
    if (error instanceof JsonTooDeepError) return requestErrorOf([jsonTooDeep()], { status: 400 });
    return createRequestError('BAD_REQUEST', 'The request body is not valid JSON.', { status: 400 });
  }
}

/** @param target path and query of a request by GET */
export function againstParameters(target: string): RequestError | null {
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

/** URLSearchParams puts another character in the place of bytes that are not UTF-8. Node gives each raw byte as a character. */
function isEncodedUtf8(query: string): boolean {
  if (/[^\0-\x7f]/.test(query)) return false;
  try {
    // A percent sign that encodes nothing stands for itself.
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
