/**
 * What happens to an operation, whatever transport brought it: persisted operations, limits on the text, parse and validate (once per
 * document), limits on the shape, authorization, rate limits, execution, masking. A transport only carries; it decides nothing of this.
 * Nothing here throws for what a client or a resolver did.
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
  Kind,
  OperationTypeNode,
  getOperationAST,
  type DocumentNode,
  type ExecutionResult,
  type FormattedExecutionResult,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import type { Clock } from '../../runtime/clock.js';
import { isJsonObject, ownMember } from '../../runtime/guards.js';
import type { Telemetry } from '../../runtime/telemetry.js';
import { authorize } from '../security/authorize.js';
import type { Caller } from '../security/caller.js';
import type { CheckedDocument, Documents } from '../documents/documents.js';
import { EventResults } from './result-cache.js';
import { createExecutor } from './executor.js';
import { fragmentsOf, limitExceeded, rootFieldsOf, type Limits, type Variables } from '../security/limits.js';
import type { LimitLog } from '../security/limit-log.js';
import { INTERNAL_CODE, clientMistake, type Masking } from '../documents/error-masking.js';
import type { Metrics, Transport } from '../lifecycle/metrics.js';
import { createRateLimit } from '../security/rate-limit.js';
import type { Persisted } from '../documents/persisted.js';
import { refusal, refuse, refuseForNow, retryAfterSeconds, type Refusal } from '../security/request-error.js';
import { ResponseStream, type StreamHooks } from './response-stream.js';
import type { ScopeRules } from '../security/scopes.js';

/** As it came: every member is checked here. */
export type OperationRequest = {
  readonly query?: unknown;
  readonly operationName?: unknown;
  readonly variables?: unknown;
  readonly extensions?: unknown;
};

export type Exchange = {
  readonly transport: Transport;
  readonly caller: Caller;
  /** GET: nothing may change by it. */
  readonly readOnly: boolean;
  /** Server-Sent Events' own way of naming a resume point. */
  readonly lastEventId: string | null;
  /** The trace that the request belongs to. */
  readonly trace: Context;
};

export type Prepared = {
  readonly kind: 'prepared';
  readonly checked: CheckedDocument;
  readonly operation: OperationDefinitionNode;
  readonly variables: Variables;
  readonly resumeAfter: string | null;
};

export type Outcome =
  | { readonly kind: 'result'; readonly result: FormattedExecutionResult }
  | { readonly kind: 'stream'; readonly stream: ResponseStream }
  | Refusal;

export type Pipeline = {
  prepare(request: OperationRequest, exchange: Exchange): Prepared | Refusal;
  run(prepared: Prepared, exchange: Exchange): Promise<Outcome>;
};

export type PipelineDeps = {
  readonly schema: GraphQLSchema;
  readonly limits: Limits;
  readonly documents: Documents;
  readonly persisted: Persisted;
  readonly masking: Masking;
  readonly scopeRules: ScopeRules;
  readonly limitLog: LimitLog;
  readonly metrics: Metrics;
  readonly telemetry: Telemetry;
  readonly clock: Clock;
  contextOf(caller: Caller, request: { resumeAfter: string | null }): object;
  /** @returns what to call when the operation is over. */
  admit(): () => void;
};

const tracer = trace.getTracer('partner-central-gateway');

export function createPipeline(deps: PipelineDeps): Pipeline {
  const { schema, limits, documents, persisted, masking, metrics, telemetry, clock } = deps;
  const executor = createExecutor(schema);
  const mutations = createRateLimit(limits.mutations, clock);
  const streams = createRateLimit(limits.streams, clock);
  const results = new EventResults(schema, executor, masking);

  function prepare(request: OperationRequest, exchange: Exchange): Prepared | Refusal {
    const prepared = check(request, exchange);
    if (prepared.kind === 'refusal') deps.limitLog.refused(prepared, exchange.caller.subject);
    return prepared;
  }

  function check(request: OperationRequest, exchange: Exchange): Prepared | Refusal {
    const { query = null, operationName = null, variables = null, extensions = null } = request;
    if (query !== null && typeof query !== 'string') return badRequest('`query` must be a string.');
    if (operationName !== null && typeof operationName !== 'string')
      return badRequest('`operationName` must be a string.');
    if (variables !== null && !isJsonObject(variables)) return badRequest('`variables` must be an object.');
    if (extensions !== null && !isJsonObject(extensions)) return badRequest('`extensions` must be an object.');

    const source = persisted.resolve(query, extensions?.['persistedQuery']);
    if (source.kind === 'refusal') return source;
    const checked = documents.check(source);
    if (checked.kind === 'refusal') return checked;

    const operation = getOperationAST(checked.document, operationName);
    if (operation === null || operation === undefined) {
      return refuse(
        'OPERATION_RESOLUTION_FAILURE',
        operationName === null
          ? 'Must provide operation name if query contains multiple operations.'
          : `Unknown operation named "${operationName}".`,
      );
    }
    if (exchange.readOnly && operation.operation === OperationTypeNode.MUTATION) {
      return refuse('BAD_REQUEST', 'GET requests only support query operations, not mutation operations', {
        status: 405,
        headers: { allow: 'POST' },
      });
    }
    const values = declaredOf(operation, variables ?? {});
    const cost = checked.costOf(operation, values);
    if (cost > limits.cost) return refusal([limitExceeded('cost', limits.cost, cost)]);

    const resume = resumeOf(extensions?.['resume']);
    if (resume === undefined) return refuse('BAD_USER_INPUT', 'extensions.resume must be {"after": "<cursor>"}.');
    // Only good documents may be asked for by hash, or the cache of texts would hold what is refused anyway.
    source.accept();
    return {
      kind: 'prepared',
      checked,
      operation,
      variables: values,
      resumeAfter: resume ?? (exchange.lastEventId === '' ? null : exchange.lastEventId),
    };
  }

  function throttle(operation: OperationDefinitionNode, document: DocumentNode, caller: Caller): Refusal | null {
    // Without authentication there is no subject, and only loopback is listened on: the one caller is this machine.
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
    const words = `Too many ${what}s of this caller (limit ${perSecond} a second, ${burst} at once): try again in ${retryAfterSeconds(waitMs)} s.`;
    return refuseForNow('RATE_LIMITED', words, 429, waitMs);
  }

  async function perform(prepared: Prepared, exchange: Exchange, span: Span): Promise<Outcome> {
    const { operation, checked, variables, resumeAfter } = prepared;
    const { caller } = exchange;
    if (caller.expiresAt !== null && clock.now() >= caller.expiresAt) return expired();
    const refused =
      authorize(caller, operation, checked.document, deps.scopeRules) ?? throttle(operation, checked.document, caller);
    if (refused !== null) return refused;
    try {
      const execution = { contextValue: deps.contextOf(caller, { resumeAfter }), variables };
      if (operation.operation !== OperationTypeNode.SUBSCRIPTION)
        return answered(await executor.execute(checked, operation, execution));
      const source = await executor.subscribe(checked, operation, execution);
      if (!isAsyncIterable(source)) return answered(source);
      const context = span.spanContext();
      // Without a tracer a span has no identity, and there is nothing to link deliveries with.
      const subscription = { prepared, caller, span: isSpanContextValid(context) ? context : null };
      return { kind: 'stream', stream: new ResponseStream(source, subscription, hooks) };
    } catch (error) {
      return refusal([masking.mask(error)], { status: 500 });
    }
  }

  const hooks: StreamHooks = {
    masking,
    expired: ({ expiresAt }) => expiresAt !== null && clock.now() >= expiresAt,
    resultOf(event, { prepared, caller, span }) {
      const result = () =>
        results.of(event, prepared, () => deps.contextOf(caller, { resumeAfter: prepared.resumeAfter }));
      return span === null ? result() : traced(event, span, result);
    },
  };

  async function traced(
    event: unknown,
    subscription: SpanContext,
    result: () => string | Promise<string>,
  ): Promise<string> {
    // In the trace of what caused the event, where it tells: from a mutation to its delivery is then one trace.
    const delivery = tracer.startSpan('graphql.delivery', { links: [{ context: subscription }] }, causeOf(event));
    try {
      return await otelContext.with(trace.setSpan(otelContext.active(), delivery), result);
    } finally {
      delivery.end();
    }
  }

  /** A result without data was no execution: variables that do not fit, or a source that could not be opened. */
  function answered(result: ExecutionResult): Outcome {
    if (result.data !== undefined || result.errors === undefined)
      return { kind: 'result', result: masking.result(result) };
    const errors = result.errors.map((error) =>
      error.path === undefined ? clientMistake(error, 'BAD_USER_INPUT', documents.advise) : masking.mask(error),
    );
    const ours = errors.some((error) => error.extensions['code'] === INTERNAL_CODE);
    return refusal(errors, ours ? { status: 500 } : {});
  }

  function guarded(work: () => Prepared | Refusal): Prepared | Refusal {
    try {
      return work();
    } catch (error) {
      return refusal([masking.mask(error)], { status: 500 });
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

  async function run(prepared: Prepared, exchange: Exchange): Promise<Outcome> {
    const type = prepared.operation.operation;
    const name = prepared.operation.name?.value;
    const startedAt = clock.monotonic();
    const span = tracer.startSpan(
      `graphql.${type}`,
      {
        attributes: {
          'graphql.operation.type': type,
          'graphql.document.hash': prepared.checked.hash,
          'network.protocol.name': exchange.transport,
          ...(name === undefined ? {} : { 'graphql.operation.name': name }),
        },
      },
      exchange.trace,
    );
    const outcome = await admitted(() =>
      otelContext.with(trace.setSpan(exchange.trace, span), () => perform(prepared, exchange, span)),
    );
    const code = outcomeOf(outcome);
    if (outcome.kind === 'refusal') span.setStatus({ code: SpanStatusCode.ERROR, message: code });
    span.end();
    if (type === OperationTypeNode.SUBSCRIPTION && resumes(prepared))
      metrics.resumed(exchange.transport, outcome.kind === 'stream' ? 'resumed' : 'refused');
    const durationMs = clock.monotonic() - startedAt;
    metrics.operation({ transport: exchange.transport, type, outcome: code, durationMs });
    telemetry.log.debug(
      { type, name, transport: exchange.transport, outcome: code, durationMs, resumed: resumes(prepared) },
      'operation',
    );
    return outcome;
  }

  return {
    prepare(request, exchange) {
      const prepared = guarded(() => prepare(request, exchange));
      if (prepared.kind === 'refusal') {
        const outcome = outcomeOf(prepared);
        metrics.operation({ transport: exchange.transport, type: 'unknown', outcome, durationMs: 0 });
        telemetry.log.debug({ transport: exchange.transport, outcome }, 'operation');
      }
      return prepared;
    },
    run,
  };
}

/** What a caller is told whose token has run out, before or in the middle of an operation. */
export function expired(): Refusal {
  return refuse('UNAUTHENTICATED', 'The token has expired: get a new one, and go on from the last cursor.', {
    status: 401,
    headers: { 'www-authenticate': 'Bearer error="invalid_token"' },
  });
}

function outcomeOf(outcome: Outcome): string {
  if (outcome.kind === 'stream') return 'ok';
  if (outcome.kind === 'result') return outcome.result.errors === undefined ? 'ok' : 'errors';
  const code = outcome.errors[0]?.extensions['code'];
  return typeof code === 'string' ? code : 'UNKNOWN';
}

/** A resume point is either beside the operation, or the argument `after` of the subscription's field. */
function resumes({ resumeAfter, operation, variables }: Prepared): boolean {
  if (resumeAfter !== null) return true;
  const [field] = operation.selectionSet.selections;
  if (operation.operation !== OperationTypeNode.SUBSCRIPTION || field?.kind !== Kind.FIELD) return false;
  const after = field.arguments?.find((argument) => argument.name.value === 'after')?.value;
  if (after?.kind === Kind.VARIABLE) return typeof ownMember(variables, after.name.value) === 'string';
  return after?.kind === Kind.STRING;
}

function causeOf(event: unknown): Context {
  const told = isJsonObject(event) && typeof event['traceparent'] === 'string';
  return told ? propagation.extract(ROOT_CONTEXT, event) : otelContext.active();
}

/** Others are ignored (GraphQL, section 6.1.2); a subscription would keep them for as long as it runs. */
function declaredOf({ variableDefinitions = [] }: OperationDefinitionNode, variables: Variables): Variables {
  const names = variableDefinitions
    .map(({ variable }) => variable.name.value)
    .filter((name) => Object.hasOwn(variables, name));
  return Object.fromEntries(names.map((name) => [name, variables[name]]));
}

function badRequest(message: string): Refusal {
  return refuse('BAD_REQUEST', message, { status: 400 });
}

/** @returns undefined for what is no resume point at all. */
function resumeOf(extension: unknown): string | null | undefined {
  if (extension === undefined || extension === null) return null;
  if (!isJsonObject(extension)) return undefined;
  const after = extension['after'];
  if (after === undefined || after === null) return null;
  return typeof after === 'string' ? after : undefined;
}

function isAsyncIterable(value: AsyncIterable<unknown> | ExecutionResult): value is AsyncIterable<unknown> {
  return Symbol.asyncIterator in value;
}
