/** An Apollo Client whose streams outlast outages, restarts and expired tokens, over multipart or over a WebSocket. */
import { ApolloClient, ApolloLink, HttpLink, InMemoryCache } from '@apollo/client';
import { CombinedGraphQLErrors } from '@apollo/client/errors';
import { SetContextLink } from '@apollo/client/link/context';
import { RetryLink } from '@apollo/client/link/retry';
import { GraphQLWsLink } from '@apollo/client/link/subscriptions';
import type { Client as WebSocketClient } from 'graphql-ws';
import { OperationTypeNode } from 'graphql';
import { map } from 'rxjs';
import { cursorOf, passes, waitMs } from './follow.js';
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

type Options = {
  readonly url: string;
  readonly token: () => Promise<string>;
  /** The content of schema/possible-types.json. */
  readonly possibleTypes: Record<string, string[]>;
  /** From `connectWebSocket`; without it streams use multipart. */
  readonly webSocket?: WebSocketClient;
};

export function createApolloClient({ url, token, possibleTypes, webSocket }: Options): ApolloClient {
  const http = ApolloLink.from([
    new SetContextLink(async ({ headers }) => ({ headers: { ...headers, authorization: `Bearer ${await token()}` } })),
    new HttpLink({ uri: url, fetch: watchedFetch }),
  ]);
  const streams = webSocket === undefined ? http : new GraphQLWsLink(webSocket);
  return new ApolloClient({
    link: ApolloLink.split(
      ({ operationType }) => operationType === OperationTypeNode.SUBSCRIPTION,
      ApolloLink.from([retry, resume, streams]),
      http,
    ),
    cache: new InMemoryCache({ possibleTypes, typePolicies }),
  });
}
