/**
 * The EventBridge endpoint, an API destination whose connection adds the secret as a header. Any JSON object with the
 * secret is answered 202, because EventBridge would only retry after another status. The server does not interpret the
 * event.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { SECOND } from '../../runtime/clock.js';
import { isJsonObject } from '../../runtime/guards.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Drain } from '../lifecycle/drain.js';
import { BodyRefused } from './json-body.js';
import { JSON_TYPE } from './negotiation.js';
import { createRequestError, createTemporaryError, formatted, type RequestError } from '../security/request-error.js';

export type EventBridgeOptions = {
  readonly secret: string;
  /** Rejects if EventBridge is to send the event again. */
  receive(event: object): Promise<void>;
};

export const EVENTBRIDGE_PATH = '/hints/eventbridge';
const HEADER = 'x-hint-secret';
/** The size of the largest event of EventBridge. */
const BODY_BYTES = 256 * 1024;
/** The delay for other senders. EventBridge uses its own. */
const RETRY_AFTER_MS = 5 * SECOND;

export function serveEventBridge(
  app: FastifyInstance,
  eventBridge: EventBridgeOptions,
  { drain, telemetry }: { readonly drain: Drain; readonly telemetry: Telemetry },
): void {
  const expected = digestOf(eventBridge.secret);

  app.route({
    method: 'POST',
    url: EVENTBRIDGE_PATH,
    bodyLimit: BODY_BYTES,
    // The secret is checked first, so that the body of a request without it is not read.
    onRequest: async (request, reply) => {
      const given = request.headers[HEADER];
      if (timingSafeEqual(expected, digestOf(typeof given === 'string' ? given : ''))) return undefined;
      telemetry.eventReceived({ outcome: 'refused' });
      return send(
        reply,
        createRequestError(
          'UNAUTHENTICATED',
          `The header "${HEADER}" is missing or wrong. Send the gateway's HINTS_SECRET in it.`,
          { status: 401 },
        ),
      );
    },
    errorHandler: (error: FastifyError, _request, reply) => void send(reply, requestErrorFor(error, telemetry)),
    handler: async (request, reply) => {
      const { body } = request;
      if (!isJsonObject(body))
        return send(
          reply,
          createRequestError('BAD_REQUEST', 'The body must be a JSON object: one event of EventBridge.', {
            status: 400,
          }),
        );
      const leave = drain.admit();
      try {
        await eventBridge.receive(body);
      } finally {
        leave();
      }
      return reply.code(202).send();
    },
  });
}

/** Hashes make both texts equally long, so that the time of the comparison does not reveal the length of the secret. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function requestErrorFor(error: FastifyError, telemetry: Telemetry): RequestError {
  if (error instanceof BodyRefused) return error.requestError;
  const status = error.statusCode ?? 500;
  if (status === 413)
    return createRequestError(
      'LIMIT_EXCEEDED',
      `The body is larger than the largest event of EventBridge (limit ${BODY_BYTES} bytes).`,
      {
        status,
      },
    );
  if (status === 415)
    return createRequestError(
      'BAD_REQUEST',
      'Send "content-type: application/json" and one event of EventBridge as a JSON object.',
      { status },
    );
  if (status >= 400 && status < 500)
    return createRequestError('BAD_REQUEST', 'The request body is not valid JSON.', { status: 400 });
  telemetry.unexpected('hints', error);
  return createTemporaryError(
    'SERVICE_UNAVAILABLE',
    'The event could not be stored. Send it again.',
    503,
    RETRY_AFTER_MS,
  );
}

function send(reply: FastifyReply, refused: RequestError): FastifyReply {
  return reply
    .code(refused.status)
    .headers(refused.headers)
    .type(JSON_TYPE)
    .send(JSON.stringify({ errors: formatted(refused.errors) }));
}
