/**
 * The steps of an operation, equal for every transport: persisted document, limits, validation, authorization, rate
 * limit, execution, error masking. Transports carry operations and decide nothing about them. No step throws because of
 * a client or a resolver.
 */
import {
  ROOT_CONTEXT,
  context as otelContext,
  isSpanContextValid,
  propagation,
  trace,
  SpanStatusCode,
  type Context,
  type Span,
  type SpanContext,
} from '@opentelemetry/api';
import {
  OperationTypeNode,
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Clock } from '../../runtime/clock.js';
import { isJsonObject } from '../../runtime/guards.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Documents } from '../documents/documents.js';
import { INTERNAL_CODE, clientMistake, type ErrorMasking } from '../documents/error-masking.js';
import type { Persisted } from '../documents/persisted.js';
import type { Metrics } from '../lifecycle/metrics.js';
import { authorize } from '../security/authorize.js';
import type { Caller } from '../security/caller.js';
import type { LimitLog } from '../security/limit-log.js';
import { fragmentsOf, rootFieldsOf, type Limits } from '../security/limits.js';
import { createRateLimit } from '../security/rate-limit.js';
import {
  createRequestError,
  createTemporaryError,
  requestErrorOf,
  retryAfterSeconds,
  type RequestError,
} from '../security/request-error.js';
import type { ScopeRules } from '../security/scopes.js';
import {
  checkOperation,
  isResumed,
  type CheckedOperation,
  type OperationRequest,
  type RequestContext,
} from './checked-operation.js';
import { createExecutor } from './executor.js';
import { ResponseStream, type StreamHooks } from './response-stream.js';
import { ResultCache } from './result-cache.js';

export type Outcome =
  | { readonly kind: 'result'; readonly result: FormattedExecutionResult }
  | { readonly kind: 'stream'; readonly stream: ResponseStream }
  | RequestError;

export type Pipeline = {
  /** Checks all that needs no caller's rights. Never throws. */
  check(request: OperationRequest, requestContext: RequestContext): CheckedOperation | RequestError;
  /** Never rejects. */
  run(checked: CheckedOperation, requestContext: RequestContext): Promise<Outcome>;
};

export type PipelineDeps = {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly documents: Documents;
  readonly persisted: Persisted;
  readonly errorMasking: ErrorMasking;
  readonly scopeRules: ScopeRules;
  readonly limitLog: LimitLog;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  contextOf(caller: Caller, request: { resumeAfter: string | null }): object;
  /** @returns a callback for the end of the operation */
  admit(): () => void;
};

const tracer = trace.getTracer('partner-central-gateway');

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { schema, limits, documents, persisted, errorMasking, metrics, telemetry, clock } = deps;
  const executor = createExecutor(schema);
  const mutations = createRateLimit(limits.mutations, clock);
  const streams = createRateLimit(limits.streams, clock);
  const results = new ResultCache(schema, executor, errorMasking);

  function throttle(operation: OperationDefinitionNode, document: DocumentNode, caller: Caller): RequestError | null {
    // There is no subject without authentication. The server then listens on loopback only, and has one caller.
    if (caller.subject === null || operation.operation === OperationTypeNode.QUERY) return null;
    const what = operation.operation === OperationTypeNode.MUTATION ? 'mutation' : 'stream';
    const waitMs =
      what === 'mutation'
        ? mutations.take(caller.subject, rootFieldsOf(operation.selectionSet, fragmentsOf(document)))
        : streams.take(caller.subject);
    if (waitMs === 0) return null;
    metrics.rateLimited(what);
    const name = what === 'mutation' ? 'mutations' : 'streams';
    deps.limitLog.met(name, caller.subject);
    const { perSecond, burst } = limits[name];
    const message =
      `Too many ${what}s of this caller (limit ${perSecond} a second, ${burst} at once): try again in ` +
      `${retryAfterSeconds(waitMs)} s.`;
    return createTemporaryError('RATE_LIMITED', message, 429, waitMs);
  }

  async function perform(checked: CheckedOperation, requestContext: RequestContext, span: Span): Promise<Outcome> {
    const { operation, document, variables, resumeAfter } = checked;
    const { caller } = requestContext;
    if (caller.expiresAt !== null && clock.now() >= caller.expiresAt) return expired();
    const refused =
      authorize(caller, operation, document.ast, deps.scopeRules) ?? throttle(operation, document.ast, caller);
    if (refused !== null) return refused;
    try {
      const execution = { contextValue: deps.contextOf(caller, { resumeAfter }), variables };
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
        return answered(await executor.execute(document, operation, execution));
      const source = await executor.subscribe(document, operation, execution);
      if (!isAsyncIterable(source)) return answered(source);
      const context = span.spanContext();
      // A span has no identity without a tracer, so that deliveries cannot link to it.
      const subscription = { checked, caller, span: isSpanContextValid(context) ? context : null };
      return { kind: 'stream', stream: new ResponseStream(source, subscription, hooks) };
    } catch (error) {
      return requestErrorOf([errorMasking.mask(error)], { status: 500 });
    }
  }

  const hooks: StreamHooks = {
    errorMasking,
    isExpired: ({ expiresAt }) => expiresAt !== null && clock.now() >= expiresAt,
    resultOf(event, { checked, caller, span }) {
      const result = () =>
        results.of(event, checked, () => deps.contextOf(caller, { resumeAfter: checked.resumeAfter }));
      return span === null ? result() : traced(event, span, result);
    },
  };

  async function traced(
    event: unknown,
    subscription: SpanContext,
    result: () => string | Promise<string>,
  ): Promise<string> {
    // The span joins the trace of the event's cause, so that a mutation and its deliveries form one trace.
    const delivery = tracer.startSpan('graphql.delivery', { links: [{ context: subscription }] }, causeOf(event));
    try {
      return await otelContext.with(trace.setSpan(otelContext.active(), delivery), result);
    } finally {
      delivery.end();
    }
  }

  /** A result without data means that nothing was executed: wrong variables, or a stream that could not be opened. */
  function answered(result: ExecutionResult): Outcome {
    if (result.data !== undefined || result.errors === undefined)
      return { kind: 'result', result: errorMasking.result(result) };
    const errors = result.errors.map((error) =>
      error.path === undefined ? clientMistake(error, 'BAD_USER_INPUT', documents.advise) : errorMasking.mask(error),
    );
    const isInternal = errors.some((error) => error.extensions['code'] === INTERNAL_CODE);
    return requestErrorOf(errors, isInternal ? { status: 500 } : {});
  }

  function check(request: OperationRequest, requestContext: RequestContext): CheckedOperation | RequestError {
    try {
      const checked = checkOperation(request, requestContext, { documents, persisted, limits });
      if (checked.kind === 'request-error') deps.limitLog.refused(checked, requestContext.caller.subject);
      return checked;
    } catch (error) {
      return requestErrorOf([errorMasking.mask(error)], { status: 500 });
    }
  }

  async function admitted(work: () => Promise<Outcome>): Promise<Outcome> {
    const leave = deps.admit();
    try {
      return await work();
    } finally {
      leave();
    }
  }

  async function run(checked: CheckedOperation, requestContext: RequestContext): Promise<Outcome> {
    const type = checked.operation.operation;
    const name = checked.operation.name?.value;
    const startedAt = clock.monotonic();
    const span = tracer.startSpan(
      `graphql.${type}`,
      {
        attributes: {
          'graphql.operation.type': type,
          'graphql.document.hash': checked.document.hash,
          'network.protocol.name': requestContext.transport,
          ...(name === undefined ? {} : { 'graphql.operation.name': name }),
        },
      },
      requestContext.trace,
    );
    const outcome = await admitted(() =>
      otelContext.with(trace.setSpan(requestContext.trace, span), () => perform(checked, requestContext, span)),
    );
    const code = outcomeOf(outcome);
    if (outcome.kind === 'request-error') span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.end();
    if (type === OperationTypeNode.SUBSCRIPTION && isResumed(checked))
      metrics.resumed(requestContext.transport, outcome.kind === 'stream' ? 'resumed' : 'refused');
    const durationMs = clock.monotonic() - startedAt;
    metrics.operation({ transport: requestContext.transport, type, outcome: code, durationMs });
    telemetry.log.debug(
      { type, name, transport: requestContext.transport, outcome: code, durationMs, resumed: isResumed(checked) },
      'operation',
    );
    return outcome;
  }

  return {
    check(request, requestContext) {
      const checked = check(request, requestContext);
      if (checked.kind === 'request-error') {
        const outcome = outcomeOf(checked);
        metrics.operation({ transport: requestContext.transport, type: 'unknown', outcome, durationMs: 0 });
        telemetry.log.debug({ transport: requestContext.transport, outcome }, 'operation');
      }
      return checked;
    },
    run,
  };
}

/** The error for a token that expired, before or during an operation. */
export function expired(): RequestError {
  return createRequestError(
    'UNAUTHENTICATED',
    'The token has expired. Get a new one, and resume after the last cursor.',
    {
      status: 401,
      headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
    },
  );
}

function outcomeOf(outcome: Outcome): string {
  if (outcome.kind === 'stream') return 'ok';
  if (outcome.kind === 'result') return outcome.result.errors === undefined ? 'ok' : 'errors';
  const code = outcome.errors[0]?.extensions['code'];
  return typeof code === 'string' ? code : 'UNKNOWN';
}

function causeOf(event: unknown): Context {
  const isTraced = isJsonObject(event) && typeof event['traceparent'] === 'string';
  return isTraced ? propagation.extract(ROOT_CONTEXT, event) : otelContext.active();
}

function isAsyncIterable(value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
