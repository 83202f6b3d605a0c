/**
 * Apollo Server handles the queries and mutations over HTTP that post-json.ts does not take. It checks the form of a
 * request, prevents CSRF, negotiates the media type and runs plugins. The pipeline checks and executes the operation,
 * as for every transport. Apollo finds each parsed and validated document in its document store, and each answer in
 * `responseForOperation`.
 */
import { ApolloServer, HeaderMap, type ApolloServerPlugin, type GraphQLResponse } from '@apollo/server';
import { unwrapResolverError } from '@apollo/server/errors';
import {
  ApolloServerPluginCacheControlDisabled,
  ApolloServerPluginInlineTraceDisabled,
  ApolloServerPluginLandingPageDisabled,
  ApolloServerPluginSchemaReportingDisabled,
  ApolloServerPluginUsageReportingDisabled,
} from '@apollo/server/plugin/disabled';
import { GraphQLError, parse, type GraphQLFormattedError, type GraphQLSchema } from 'graphql';
import type { Telemetry } from '../../runtime/telemetry.js';
import type { Documents } from '../documents/documents.js';
import { INTERNAL_CODE, type ErrorMasking } from '../documents/error-masking.js';
import { GRAPHQL_JSON_TYPE } from './negotiation.js';
import { CSRF_MESSAGE } from '../security/csrf.js';
import type { CheckedOperation, RequestContext } from '../execution/checked-operation.js';
import type { Outcome, Pipeline } from '../execution/pipeline.js';
import { sha256 } from '../documents/persisted.js';
import { createRequestError, formatted, type RequestError } from '../security/request-error.js';

export type ApolloContext = { readonly requestContext: RequestContext; readonly jsonType: string | null };

/** The start of Apollo's message, which names no remedy for a plain GET and is replaced by ours. */
const APOLLO_CSRF_MESSAGE = 'This operation has been blocked as a potential Cross-Site Request Forgery';

/** Replaces a refused document, so that Apollo does not parse it. */
const PLACEHOLDER = '{__typename}';
const PLACEHOLDER_HASH = sha256(PLACEHOLDER);

export async function createApollo(deps: {
  schema: GraphQLSchema;
  pipeline: Pipeline;
  documents: Documents;
  errorMasking: ErrorMasking;
  telemetry: Telemetry;
}): Promise<ApolloServer<ApolloContext>> {
  const { schema, pipeline, documents, errorMasking, telemetry } = deps;
  const placeholder = parse(PLACEHOLDER);

  const gateway: ApolloServerPlugin<ApolloContext> = {
    async requestDidStart({ request, contextValue }) {
      const { requestContext, jsonType } = contextValue;
      const found = pipeline.check(request, requestContext);
      const checked = found.kind === 'operation' && isSubscription(found) ? needsStream() : found;
      request.query = checked.kind === 'request-error' ? PLACEHOLDER : checked.document.text;
      // The pipeline has resolved the persisted query. Apollo must not resolve it again by rules of its own.
      if (request.extensions !== undefined) delete request.extensions['persistedQuery'];
      if (checked.kind === 'request-error') delete request.operationName;
      return {
        async responseForOperation() {
          return responseOf(
            checked.kind === 'request-error' ? checked : await pipeline.run(checked, requestContext),
            jsonType,
          );
        },
      };
    },
  };

  function formatError(shaped: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const original = unwrapResolverError(error);
    if (shaped.message.startsWith(APOLLO_CSRF_MESSAGE)) return { ...shaped, message: CSRF_MESSAGE };
    // Errors of Apollo's checks (CSRF, form, batches) and of ours are shown. Any other error occurred before the
    // pipeline.
    if (original instanceof GraphQLError && shaped.extensions?.['code'] !== INTERNAL_CODE) return shaped;
    return errorMasking.mask(original).toJSON();
  }

  const apollo = new ApolloServer<ApolloContext>({
    schema,
    nodeEnv: 'production',
    introspection: true,
    includeStacktraceInErrorResponses: false,
    hideSchemaDetailsFromClientErrors: true,
    allowBatchedHttpRequests: false,
    persistedQueries: false,
    stopOnTerminationSignals: false,
    csrfPrevention: true,
    logger: telemetry.log,
    formatError,
    documentStore: {
      // The last 64 characters of Apollo's key are the SHA-256 of the text, which is our key.
      get: async (key) =>
        documents.byHash(key.slice(-64)) ?? (key.endsWith(PLACEHOLDER_HASH) ? placeholder : undefined),
      set: async () => undefined,
      delete: async () => false,
    },
    plugins: [
      gateway,
      ApolloServerPluginCacheControlDisabled(),
      ApolloServerPluginInlineTraceDisabled(),
      ApolloServerPluginLandingPageDisabled(),
      ApolloServerPluginSchemaReportingDisabled(),
      ApolloServerPluginUsageReportingDisabled(),
    ],
  });
  await apollo.start();
  return apollo;
}

export function isSubscription(checked: CheckedOperation): boolean {
  return checked.operation.operation === 'subscription';
}

/** The answer to a subscription over a transport that cannot stream. */
export function needsStream(): RequestError {
  return createRequestError(
    'SUBSCRIPTION_NEEDS_STREAM',
    'A subscription is a stream. Open it over WebSocket (subprotocol graphql-transport-ws), or send this request with ' +
      '"Accept: text/event-stream" (Server-Sent Events) or "Accept: multipart/mixed;subscriptionSpec=1.0" ' +
      "(Apollo's multipart protocol), all at this address.",
    { status: 406 },
  );
}

/** @returns the status for a client that accepts the given type */
export function statusOf(requestError: RequestError, jsonType: string | null): number {
  return requestError.okForPlainJson && jsonType !== GRAPHQL_JSON_TYPE ? 200 : requestError.status;
}

function responseOf(outcome: Outcome, jsonType: string | null): GraphQLResponse {
  const headers = new HeaderMap();
  // Without a content type, Apollo answers 406 with a list of the types.
  if (jsonType !== null) headers.set('content-type', jsonType);
  if (outcome.kind === 'result')
    return { http: { status: 200, headers }, body: { kind: 'single', singleResult: outcome.result } };
  if (outcome.kind === 'stream') throw new Error('a stream reached an answer that cannot stream');
  for (const [name, value] of Object.entries(outcome.headers)) headers.set(name, value);
  return {
    http: { status: statusOf(outcome, jsonType), headers },
    body: { kind: 'single', singleResult: { errors: formatted(outcome.errors) } },
  };
}
