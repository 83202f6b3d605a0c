/** Proofs about a start that has ended, through any crash. They ask the gateway and AWS itself. */
import { expect } from '@jest/globals';
import {
  ListEngagementFromOpportunityTasksCommand,
  PartnerCentralSellingClient,
} from '@aws-sdk/client-partnercentral-selling';
import { whenDone } from '../harness/cleanup.js';
import type { PatientClient, Seen } from './crash-client.js';

process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';

/** Counts the tasks that AWS holds for an opportunity. */
export type CountAtAws = (opportunity: string) => Promise<number>;

export function createCount(endpoint: string): CountAtAws {
  const client = new PartnerCentralSellingClient({
    endpoint,
    region: 'us-east-1',
    credentials: { accessKeyId: 'x', secretAccessKey: 'y' },
  });
  whenDone(() => client.destroy());
  return async (opportunity) => {
    const page = await client.send(
      new ListEngagementFromOpportunityTasksCommand({ Catalog: 'Sandbox', OpportunityIdentifier: [opportunity] }),
    );
    return page.TaskSummaries?.length ?? 0;
  };
}

export type Start = { readonly identifier: string; readonly clientToken: string };

export type Run = { readonly start: Start; readonly id: string; readonly seen: readonly Seen[] };

/** Starts a task and follows it to its end, through all crashes. */
export async function runThrough(client: PatientClient, start: Start): Promise<Run> {
  const { id } = await client.start(start.identifier, start.clientToken);
  return { start, id, seen: await client.follow(id) };
}

const TRANSITIONS =
  'query($id: ID!, $after: String) { task(id: $id) { status transitions(first: 50, after: $after) { edges { cursor ' +
  'node { sequence } } } } }';

/**
 * Expects a start to be complete and to have run once at AWS, with each transition once and in order, and each cursor
 * still valid.
 */
export async function expectExactlyOnce(
  client: PatientClient,
  countAtAws: CountAtAws,
  { start, id, seen }: Run,
): Promise<void> {
  const about = `${start.identifier} ${start.clientToken}`;
  const sequences = seen.map((transition) => transition.sequence);
  expect({ about, sequences, last: seen.at(-1)?.status }).toEqual({
    about,
    sequences: seen.map((_, index) => index + 1),
    last: 'COMPLETE',
  });
  expect({ about, atAws: await countAtAws(start.identifier) }).toEqual({ about, atAws: 1 });
  expect({ about, ...(await client.start(start.identifier, start.clientToken)) }).toEqual({
    about,
    id,
    replayed: true,
  });
  for (const after of [null, ...seen.map(({ cursor }) => cursor)]) {
    const { task } = await client.request(TRANSITIONS, { id, after });
    const rest = after === null ? seen : seen.slice(seen.findIndex(({ cursor }) => cursor === after) + 1);
    expect({ about, after, status: task.status, rest: task.transitions.edges.map((edge: any) => edge.cursor) }).toEqual(
      {
        about,
        after,
        status: 'COMPLETE',
        rest: rest.map(({ cursor }) => cursor),
      },
    );
  }
}

/** Expects a stream of all tasks to hold each transition of each of its tasks once, in the order of the log. */
export async function expectWholeFeed(client: PatientClient, feed: readonly Seen[]): Promise<void> {
  expect(new Set(feed.map(({ cursor }) => cursor)).size).toBe(feed.length);
  for (const id of new Set(feed.map(({ task }) => task.id))) {
    const delivered = feed.filter(({ task }) => task.id === id).map(({ cursor }) => cursor);
    const { task } = await client.request(TRANSITIONS, { id });
    expect({ id, delivered }).toEqual({ id, delivered: task.transitions.edges.map((edge: any) => edge.cursor) });
  }
}
