/** The context of an operation over HTTP, taken from its request. */
import { context as otelContext, propagation } from '@opentelemetry/api';
import type { FastifyRequest } from 'fastify';
import type { RequestContext } from '../execution/checked-operation.js';

export function requestContextOf(
  request: FastifyRequest,
  transport: RequestContext['transport'],
  caller: RequestContext['caller'],
): RequestContext {
  const lastEventId = request.headers['last-event-id'];
  return {
    transport,
    caller,
    readOnly: request.method !== 'POST',
    lastEventId: transport === 'sse' && typeof lastEventId === 'string' ? lastEventId : null,
    trace: propagation.extract(otelContext.active(), request.headers),
  };
}
