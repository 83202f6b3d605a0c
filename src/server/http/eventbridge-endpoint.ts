/**
 * Where EventBridge sends events to, as an API destination whose connection adds the secret as a header. The server knows nothing of what
 * an event is about: whoever knows the secret is answered 202 for any JSON object, because EventBridge would only send another answer's again.
 */
import { createHash, timingSafeEqual } from 'node:crypto';
import type { FastifyError, FastifyInstance, FastifyReply } from 'fastify';
import { SECOND } from '../../runtime/clock.js';
import { isJsonObject } from '../../runtime/guards.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Drain } from '../lifecycle/drain.js';
import { BodyRefused } from './json-body.js';
import { JSON_TYPE } from './negotiation.js';
import { formatted, refuse, refuseForNow, type Refusal } from '../security/request-error.js';

export type HintsOptions = {
  readonly secret: string;
  /** Rejects when the event is to be sent again. */
  receive(event: object): Promise<void>;
};

export const HINTS_PATH = '/hints/eventbridge';
const HEADER = 'x-hint-secret';
/** The largest event of EventBridge. */
const BODY_BYTES = 256 * 1024;
/** EventBridge takes its own time anyway; others need a number. */
const RETRY_AFTER_MS = 5 * SECOND;

export function serveHints(
  app: FastifyInstance,
  hints: HintsOptions,
  { drain, telemetry }: { readonly drain: Drain; readonly telemetry: Telemetry },
): void {
  const expected = digestOf(hints.secret);

  app.route({
    method: 'POST',
    url: HINTS_PATH,
    bodyLimit: BODY_BYTES,
    // Before the body is read: whoever does not know the secret is not listened to.
    onRequest: async (request, reply) => {
      const given = request.headers[HEADER];
      if (timingSafeEqual(expected, digestOf(typeof given === 'string' ? given : ''))) return undefined;
      telemetry.eventReceived({ outcome: 'refused' });
      return send(
        reply,
        refuse(
          'UNAUTHENTICATED',
          `The header "${HEADER}" is missing or wrong. Send the gateway's HINTS_SECRET in it.`,
          { status: 401 },
        ),
      );
    },
    errorHandler: (error: FastifyError, _request, reply) => void send(reply, refusalFor(error, telemetry)),
    handler: async (request, reply) => {
      const { body } = request;
      if (!isJsonObject(body))
        return send(
          reply,
          refuse('BAD_REQUEST', 'The body must be a JSON object: one event of EventBridge.', { status: 400 }),
        );
      const leave = drain.admit();
      try {
        await hints.receive(body);
      } finally {
        leave();
      }
      return reply.code(202).send();
    },
  });
}

/** Both sides become equally long, so that comparing them tells nothing of the secret, not even its length. */
function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function refusalFor(error: FastifyError, telemetry: Telemetry): Refusal {
  if (error instanceof BodyRefused) return error.refusal;
  const status = error.statusCode ?? 500;
  if (status === 413)
    return refuse('LIMIT_EXCEEDED', `The body is larger than ${BODY_BYTES} bytes, the largest event of EventBridge.`, {
      status,
    });
  if (status === 415)
    return refuse(
      'BAD_REQUEST',
      'Send "content-type: application/json" and one event of EventBridge as a JSON object.',
      { status },
    );
  if (status >= 400 && status < 500)
    return refuse('BAD_REQUEST', 'The request body is not valid JSON.', { status: 400 });
  telemetry.unexpected('hints', error);
  return refuseForNow('SERVICE_UNAVAILABLE', 'The event could not be taken now: send it again.', 503, RETRY_AFTER_MS);
}

function send(reply: FastifyReply, refused: Refusal): FastifyReply {
  return reply
    .code(refused.status)
    .headers(refused.headers)
    .type(JSON_TYPE)
    .send(JSON.stringify({ errors: formatted(refused.errors) }));
}
