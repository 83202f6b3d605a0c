/**
 * A well-behaved client. It repeats a mutation without an answer under the same token, and resumes a broken stream from
 * its last cursor. It keeps everything that it received, so that a test sees each loss, repetition and change of order.
 */
import { createClient } from 'graphql-ws';
import { WebSocket } from 'ws';

export type Seen = {
  cursor: string;
  sequence: number;
  status: string;
  isTerminal: boolean;
  task: { id: string; clientToken: string };
};

export type PatientClient = {
  /** Repeats one request until an answer has no error. */
  request(query: string, variables?: Record<string, unknown>): Promise<any>;
  /** Repeats a start until it is accepted. */
  start(identifier: string, clientToken: string): Promise<{ id: string; replayed: boolean }>;
  /** All transitions of a task, to the last one. */
  follow(id: string, after?: string): Promise<Seen[]>;
  /** All transitions of all tasks after a cursor, until `enough` returns true. */
  feed(after: string, enough: (seen: readonly Seen[]) => boolean): Promise<Seen[]>;
};

const START = `mutation($input: StartEngagementFromOpportunityTaskInput!) {
  startEngagementFromOpportunityTask(input: $input) { task { id } replayed userErrors { message } }
}`;
const SEEN = 'cursor sequence status isTerminal task { id clientToken }';
const FOLLOW =
  `subscription($id: ID!, $after: String) { stream: taskTransitions(id: $id, after: $after, from: BEGINNING) { ` +
  `${SEEN} } }`;
const FEED = `subscription($after: String) { stream: taskFeed(after: $after) { ${SEEN} } }`;

/**
 * @param url address of the gateway, awaited before each attempt, so that the client of a dead process waits for the
 * next one
 */
export function createPatientClient(url: () => Promise<string>): PatientClient {
  async function request(query: string, variables: Record<string, unknown> = {}): Promise<any> {
    for (;;) {
      const address = await url();
      try {
        const body = JSON.stringify({ query, variables });
        const response = await fetch(address, {
          method: 'POST',
          headers: { 'content-type': 'application/json' },
          body,
        });
        const result: any = await response.json();
        if (result.errors === undefined) return result.data;
        // Only an error that is marked retryable may be retried. Any other error fails the test.
        if (result.errors[0].extensions?.retryable !== true) throw new Refused(JSON.stringify(result.errors));
      } catch (error) {
        if (error instanceof Refused) throw error;
      }
    }
  }

  async function stream(
    query: string,
    variables: Record<string, unknown>,
    seen: Seen[],
    isOver: () => boolean,
  ): Promise<Seen[]> {
    while (!isOver()) {
      const after = seen.at(-1)?.cursor ?? variables['after'] ?? null;
      const socket = createClient({
        url: (await url()).replace('http', 'ws'),
        webSocketImpl: WebSocket,
        retryAttempts: 0,
      });
      try {
        for await (const { data, errors } of socket.iterate<any>({ query, variables: { ...variables, after } })) {
          if (errors !== undefined) throw errors;
          seen.push(data.stream);
          if (isOver()) break;
        }
      } catch (error) {
        // GraphQL errors come as an array, errors of the connection as a close event.
        if (Array.isArray(error) && error[0]?.extensions?.retryable !== true) throw new Refused(JSON.stringify(error));
      } finally {
        await socket.dispose();
      }
    }
    return seen;
  }

  return {
    request,
    async start(identifier, clientToken) {
      const input = { catalog: 'SANDBOX', identifier, clientToken, awsSubmission: { involvementType: 'CO_SELL' } };
      const payload = (await request(START, { input })).startEngagementFromOpportunityTask;
      if (payload.task === null) throw new Refused(JSON.stringify(payload.userErrors));
      return { id: payload.task.id, replayed: payload.replayed };
    },
    follow(id, after) {
      const seen: Seen[] = [];
      return stream(FOLLOW, { id, after: after ?? null }, seen, () => seen.at(-1)?.isTerminal === true);
    },
    feed(after, enough) {
      const seen: Seen[] = [];
      return stream(FEED, { after }, seen, () => enough(seen));
    },
  };
}

/** An answer that a retry cannot change. */
class Refused extends Error {}
