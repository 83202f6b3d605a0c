/**
 * Apollo Server as the shell of the queries and mutations over HTTP that do not take the short way (direct.ts): it checks the shape of a
 * request, prevents CSRF, negotiates the answer's type and runs its plugins. What a document may be and what it answers comes from the
 * pipeline, like everywhere else: Apollo finds each document already parsed and validated in its document store, and each answer ready in
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
import { INTERNAL_CODE, type Masking } from '../documents/error-masking.js';
import { GRAPHQL_JSON_TYPE } from './negotiation.js';
import { CSRF_MESSAGE } from '../security/csrf.js';
import type { Exchange, Outcome, Pipeline, Prepared } from '../execution/pipeline.js';
import { sha256 } from '../documents/persisted.js';
import { formatted, refuse, type Refusal } from '../security/request-error.js';

export type ApolloContext = { readonly exchange: Exchange; readonly jsonType: string | null };

/** Apollo's own words go on with the types and headers that its protection knows, and name no remedy that a plain GET could follow. */
const APOLLO_CSRF_MESSAGE = 'This operation has been blocked as a potential Cross-Site Request Forgery';

/** Stands in for a document that was refused, so that Apollo goes through its motions without parsing what it should not. */
const PLACEHOLDER = '{__typename}';
const PLACEHOLDER_HASH = sha256(PLACEHOLDER);

export async function createApollo(deps: {
  schema: GraphQLSchema;
  pipeline: Pipeline;
  documents: Documents;
  masking: Masking;
  telemetry: Telemetry;
}): Promise<ApolloServer<ApolloContext>> {
  const { schema, pipeline, documents, masking, telemetry } = deps;
  const placeholder = parse(PLACEHOLDER);

  const gateway: ApolloServerPlugin<ApolloContext> = {
    async requestDidStart({ request, contextValue }) {
      const { exchange, jsonType } = contextValue;
      const found = pipeline.prepare(request, exchange);
      const prepared = found.kind === 'prepared' && isSubscription(found) ? needsStream() : found;
      request.query = prepared.kind === 'refusal' ? PLACEHOLDER : prepared.checked.text;
      // Persisted queries are resolved; Apollo's own would be a second, other implementation.
      if (request.extensions !== undefined) delete request.extensions['persistedQuery'];
      if (prepared.kind === 'refusal') delete request.operationName;
      return {
        async responseForOperation() {
          return responseOf(prepared.kind === 'refusal' ? prepared : await pipeline.run(prepared, exchange), jsonType);
        },
      };
    },
  };

  function formatError(shaped: GraphQLFormattedError, error: unknown): GraphQLFormattedError {
    const original = unwrapResolverError(error);
    if (shaped.message.startsWith(APOLLO_CSRF_MESSAGE)) return { ...shaped, message: CSRF_MESSAGE };
    // Apollo's own refusals (CSRF, shapes, batches) and ours are on purpose; anything else never got as far as the pipeline.
    if (original instanceof GraphQLError && shaped.extensions?.['code'] !== INTERNAL_CODE) return shaped;
    return masking.mask(original).toJSON();
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
      // Apollo's key ends in the SHA-256 of the text, which is ours.
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

export function isSubscription(prepared: Prepared): boolean {
  return prepared.operation.operation === 'subscription';
}

/** What a subscription is answered that came in a way in which there is no streaming back. */
export function needsStream(): Refusal {
  return refuse(
    'SUBSCRIPTION_NEEDS_STREAM',
    'A subscription is a stream. Open it over WebSocket (subprotocol graphql-transport-ws), or send this request with ' +
      '"Accept: text/event-stream" (Server-Sent Events) or "Accept: multipart/mixed;subscriptionSpec=1.0" (Apollo\'s multipart protocol), all at this address.',
    { status: 406 },
  );
}

/** @returns the status for a client that reads the given type. */
export function statusOf(refusal: Refusal, jsonType: string | null): number {
  return refusal.okForPlainJson && jsonType !== GRAPHQL_JSON_TYPE ? 200 : refusal.status;
}

function responseOf(outcome: Outcome, jsonType: string | null): GraphQLResponse {
  const headers = new HeaderMap();
  // Left out, Apollo answers 406 with a body that says which types there are.
  if (jsonType !== null) headers.set('content-type', jsonType);
  if (outcome.kind === 'result')
    return { http: { status: 200, headers }, body: { kind: 'single', singleResult: outcome.result } };
  if (outcome.kind === 'stream') throw new Error('a stream reached an answer that has an end');
  for (const [name, value] of Object.entries(outcome.headers)) headers.set(name, value);
  return {
    http: { status: statusOf(outcome, jsonType), headers },
    body: { kind: 'single', singleResult: { errors: formatted(outcome.errors) } },
  };
}
