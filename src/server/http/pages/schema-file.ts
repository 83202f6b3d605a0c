/**
 * Serves the schema as a file at /schema.graphql, for people, code generators and editors. It holds what introspection
 * tells, so it needs the same: EXPLORER, and a token if requests need one.
 */
import type { FastifyInstance } from 'fastify';
import { hash } from 'node:crypto';
import { lexicographicSortSchema, printSchema, type GraphQLSchema } from 'graphql';
import type { Authenticate } from '../../security/auth.js';
import { createRequestError } from '../../security/request-error.js';
import { sendRequestError } from '../http-errors.js';
import { parseAccept } from '../negotiation.js';

export const SCHEMA_PATH = '/schema.graphql';

/** Text, because a browser shows it. No media type is registered for schemas. */
const TYPE = 'text/plain; charset=utf-8';

type Deps = {
  readonly schema: GraphQLSchema;
  readonly introspection: boolean;
  readonly authenticate: Authenticate;
};

export function serveSchema(app: FastifyInstance, { schema, introspection, authenticate }: Deps): void {
  const disabled = createRequestError(
    'INTROSPECTION_DISABLED',
    'Introspection is disabled on this gateway, so it does not publish its schema. Read schema/schema.graphql of its ' +
      'source instead, or ask the operator for EXPLORER=on.',
    { status: 404 },
  );
  /** The text and its ETag. Most gateways are never asked for it. */
  let file: { readonly text: string; readonly etag: string } | undefined;

  function fileOf(): { readonly text: string; readonly etag: string } {
    const text = `${printSchema(lexicographicSortSchema(schema))}\n`;
    return { text, etag: `"${hash('sha256', text, 'base64url')}"` };
  }

  app.get(SCHEMA_PATH, async (request, reply) => {
    const ranges = parseAccept(request.headers.accept);
    if (!introspection) return sendRequestError(reply, disabled, ranges);
    const outcome = await authenticate(request.headers.authorization);
    if (outcome.kind === 'refused') return sendRequestError(reply, outcome.requestError, ranges);
    const { text, etag } = (file ??= fileOf());
    // A client may keep the file, and asks each time if it has changed.
    reply.header('etag', etag).header('cache-control', 'private, no-cache');
    if (namesTag(request.headers['if-none-match'], etag)) return reply.code(304).send();
    return reply.type(TYPE).send(text);
  });
}

/** Proxies that compress the file may mark the tag as weak, which does not matter here (RFC 9110, section 13.1.2). */
function namesTag(header: string | undefined, etag: string): boolean {
  const tags = (header ?? '').split(',').map((tag) => tag.trim().replace(/^W\//, ''));
  return tags.includes(etag) || tags.includes('*');
}
