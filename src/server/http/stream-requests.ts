/**
 * Requests that accept SSE or multipart: subscriptions, and all operations of clients that accept nothing else. Foreign
 * pages may not open streams, and the number of streams of a caller is limited.
 */
import type { FastifyReply, FastifyRequest } from 'fastify';
import { parseBoundedJson } from '../../runtime/json/bounded-json.js';
import type { OperationRequest } from '../execution/checked-operation.js';
import type { Outcome, Pipeline } from '../execution/pipeline.js';
import type { ResponseStream } from '../execution/response-stream.js';
import type { Authenticate } from '../security/auth.js';
import { CSRF_MESSAGE, mayBeForged } from '../security/csrf.js';
import type { LimitLog } from '../security/limit-log.js';
import { limitExceeded } from '../security/limits.js';
import { createRequestError, formatted, requestErrorOf, type RequestError } from '../security/request-error.js';
import { sendStream, type Framing, type HttpStreamDeps } from '../streaming/http-stream.js';
import { multipart } from '../streaming/multipart.js';
import { sse } from '../streaming/sse.js';
import { isSubscription } from './apollo.js';
import { sendRequestError } from './http-errors.js';
import type { Range, Streaming } from './negotiation.js';
import { requestContextOf } from './request-context.js';

export type StreamRequestDeps = HttpStreamDeps & {
  readonly corsOrigins: readonly string[];
  readonly pipeline: Pipeline;
  readonly limitLog: LimitLog;
  readonly authenticate: Authenticate;
};

type StreamRequest = {
  readonly request: FastifyRequest;
  readonly reply: FastifyReply;
  readonly ranges: readonly Range[];
  readonly streaming: Streaming;
  /** Answers a query or mutation of a client that also accepts JSON. */
  readonly answerJson: () => Promise<unknown>;
};

export function createStreamRequests(deps: StreamRequestDeps): (from: StreamRequest) => Promise<unknown> {
  const { pipeline, authenticate, connections, limits, corsOrigins } = deps;

  function sendSubscription(
    reply: FastifyReply,
    source: ResponseStream,
    streaming: Streaming,
    expiresAt: number | null,
    ended: () => void,
  ): FastifyReply {
    const headers = headersOf(reply);
    reply.hijack();
    // The write timeout is off, because a stream keeps the time of its client itself and counts stalled clients.
    reply.raw.setTimeout(0);
    sendStream(source, { response: reply.raw, headers, framing: framingOf(streaming), expiresAt, ended }, deps).catch(
      (error: unknown) => {
        deps.telemetry.unexpected('http-stream', error);
        reply.raw.destroy();
      },
    );
    return reply;
  }

  return async function answerStream({ request, reply, ranges, streaming, answerJson }) {
    if (mayBeForged(request.method, request.headers, corsOrigins))
      return sendRequestError(reply, createRequestError('BAD_REQUEST', CSRF_MESSAGE, { status: 400 }), ranges);
    const operation = operationIn(request);
    if (operation.kind === 'request-error') return sendRequestError(reply, operation, ranges);
    const authenticated = await authenticate(request.headers.authorization);
    if (authenticated.kind === 'refused') return sendRequestError(reply, authenticated.requestError, ranges);
    const { caller } = authenticated;
    const requestContext = requestContextOf(request, streaming.transport, caller);
    const checked = pipeline.check(operation.request, requestContext);
    if (checked.kind === 'operation' && !isSubscription(checked) && !streaming.only) return answerJson();
    if (checked.kind === 'request-error')
      return streaming.only ? sendResult(reply, checked, streaming) : sendRequestError(reply, checked, ranges);

    if (!isSubscription(checked)) return sendResult(reply, await pipeline.run(checked, requestContext), streaming);
    if (!connections.takeSlot(caller.subject)) {
      deps.limitLog.met('socketsPerCaller', caller.subject);
      // The answer has no Retry-After, because the caller has to close a stream and waiting does not help.
      return sendRequestError(
        reply,
        requestErrorOf([limitExceeded('socketsPerCaller', limits.socketsPerCaller)], { status: 429 }),
        ranges,
      );
    }
    const outcome = await pipeline.run(checked, requestContext);
    if (outcome.kind === 'stream')
      return sendSubscription(reply, outcome.stream, streaming, caller.expiresAt, () =>
        connections.giveSlot(caller.subject),
      );
    connections.giveSlot(caller.subject);
    return streaming.only || outcome.kind === 'result'
      ? sendResult(reply, outcome, streaming)
      : sendRequestError(reply, outcome, ranges);
  };
}

/** Sends one result or error in the framing of a stream. An error with its own status keeps it and is sent as JSON. */
function sendResult(reply: FastifyReply, outcome: Outcome, streaming: Streaming): FastifyReply {
  if (outcome.kind === 'stream') throw new Error('a stream reached an answer that cannot stream');
  if (outcome.kind === 'request-error' && !outcome.okForPlainJson && outcome.status >= 400)
    return sendRequestError(reply, outcome, []);
  const framing = framingOf(streaming);
  const json = JSON.stringify(outcome.kind === 'result' ? outcome.result : { errors: formatted(outcome.errors) });
  return reply
    .type(framing.contentType)
    .send(framing.opening + framing.next({ kind: 'next', json, cursor: null }) + framing.complete);
}

function framingOf(streaming: Streaming): Framing {
  return streaming.transport === 'sse' ? sse : multipart;
}

function operationIn(
  request: FastifyRequest,
): { readonly kind: 'request'; readonly request: OperationRequest } | RequestError {
  if (request.method === 'POST') {
    const { body } = request;
    if (Array.isArray(body)) return createRequestError('BAD_REQUEST', 'Operation batching disabled.', { status: 400 });
    if (typeof body !== 'object' || body === null)
      return createRequestError('BAD_REQUEST', 'The body must be a JSON object with a `query`.', { status: 400 });
    return { kind: 'request', request: body };
  }
  const { searchParams } = new URL(request.url, 'http://localhost');
  const parts: Record<string, unknown> = {};
  for (const name of ['query', 'operationName', 'variables', 'extensions']) {
    const values = searchParams.getAll(name);
    if (values.length > 1)
      return createRequestError('BAD_REQUEST', `The '${name}' search parameter may only be specified once.`, {
        status: 400,
      });
    const [value] = values;
    if (value === undefined) continue;
    if (name === 'query' || name === 'operationName') parts[name] = value;
    else {
      try {
        parts[name] = parseBoundedJson(value);
      } catch {
        return createRequestError('BAD_REQUEST', `The ${name} search parameter contains invalid JSON.`, {
          status: 400,
        });
      }
    }
  }
  return { kind: 'request', request: parts };
}

function headersOf(reply: FastifyReply): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(reply.getHeaders())) {
    if (value !== undefined) headers[name] = Array.isArray(value) ? value.join(', ') : String(value);
  }
  return headers;
}
