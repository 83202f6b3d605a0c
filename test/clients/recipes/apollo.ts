/** An Apollo Client whose streams outlast outages, restarts and expired tokens: over multipart, WebSocket or SSE. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { RetryLink } from '@apollo/client/link/retry';
import { OperationTypeNode, print } from 'graphql';
import { Observable, map } from 'rxjs';
import { cursorOf, passes, waitMs, type StreamClient } from './follow.js';
import { typePolicies } from './type-policies.js';
import { watchedFetch } from './watched-fetch.js';

/** Sends the last cursor with each new attempt, and hands an error that passes to the RetryLink above. */
const resume = new ApolloLink((operation, forward) =>
  forward(operation).pipe(
    map((result) => {
      if (!result.data && result.errors !== undefined && passes(result.errors)) throw new CombinedGraphQLErrors(result);
      const after = cursorOf(result);
      if (after !== undefined) operation.extensions['resume'] = { after };
      return result;
    }),
  ),
);

const retry = new RetryLink({ attempts: (_count, _operation, error) => passes(error), delay: waitMs });

/** Sends operations by a client of graphql-ws or graphql-sse. The errors of graphql-ws come as a list. */
const streamOver = (client: StreamClient) =>
  new ApolloLink(
    ({ query, variables, operationName, extensions }) =>
      new Observable((observer) =>
        client.subscribe(
          { query: print(query), variables, operationName, extensions },
          {
            next: (result) => observer.next(result),
            error: (error) =>
              observer.error(Array.isArray(error) ? new CombinedGraphQLErrors({ errors: error }) : error),
            complete: () => observer.complete(),
          },
        ),
      ),
  );

type Options = {
  readonly url: string;
  readonly token: () => Promise<string>;
  /** The content of schema/possible-types.json. */
  readonly possibleTypes: Record<string, string[]>;
  /** From `connectWebSocket` or `connectSse`; without it streams use multipart. */
  readonly streams?: StreamClient;
  /** One of the links for persisted operations; without it each request has the text of its operation. */
  readonly persisted?: ApolloLink;
};

export function createApolloClient({
  url,
  token,
  possibleTypes,
  streams,
  persisted = new ApolloLink((operation, forward) => forward(operation)),
}: Options): ApolloClient {
  const http = ApolloLink.from([
    new SetContextLink(async ({ headers }) => ({ headers: { ...headers, authorization: `Bearer ${await token()}` } })),
    new HttpLink({ uri: url, fetch: watchedFetch }),
  ]);
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      ApolloLink.from([retry, resume, persisted, streams === undefined ? http : streamOver(streams)]),
      ApolloLink.from([persisted, http]),
    ),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
}
