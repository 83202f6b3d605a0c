/**
 * The clients of a gateway whose upstream is under attack. They read every record, make starts of every kind, and
 * follow these to their ends.
 */
import { Agent, request } from 'node:http';
import { readFileSync } from 'node:fs';
import { text } from 'node:stream/consumers';
import { buildSchema, getNamedType, isObjectType, type GraphQLObjectType, type GraphQLSchema } from 'graphql';
import { isRecord } from '../../../src/runtime/guards.js';
import type { Random } from '../../support/fakes/random.js';
import type { Fate } from './upstream-world.js';

export type Client = {
  /** Reads records once, with every member that a client may ask for. */
  ask(random: Random): Promise<void>;
  start(random: Random, fate: Fate): Promise<void>;
  /** Reads the state of the starts that have not ended. */
  refresh(): Promise<void>;
  underWay(): number;
  startCount(): number;
  /** The number of starts by final status. */
  ends(): Record<string, number>;
  /** The 99th percentile of the duration of a healthy start. */
  healthyEndedMs(): number;
  /** A sentence for each start with a wrong end. */
  wrongEnds(atAws: readonly { readonly target: string }[]): Promise<string[]>;
  close(): void;
};

type Started = {
  readonly id: string;
  readonly identifier: string;
  readonly fate: Fate;
  readonly at: number;
  /** The status at the last read. */
  seen: string;
  end: { readonly status: string; readonly failure: string; readonly afterMs: number } | null;
};

const SCHEMA = buildSchema(readFileSync(new URL('../../../../schema/schema.graphql', import.meta.url), 'utf8'));
/** Marks in the identifiers of starts. They select the treatment by the upstream. */
const MARKS: Readonly<Record<Fate, string>> = { healthy: '77777', unlucky: '55555', doomed: '66666' };

export function fateOf(identifier: string): Fate {
  if (identifier.includes(MARKS.healthy)) return 'healthy';
  return identifier.includes(MARKS.doomed) ? 'doomed' : 'unlucky';
}

const FOLLOWED = 'status isTerminal message failure { errorCode message }';
/** The limit on root fields in a document. */
const ROOT_FIELDS = 10;
const CATALOG = 'catalog: SANDBOX';
/** Each id is random, so that no answer comes from a cache. */
const READS: readonly ((id: string) => string)[] = [
  (id) => recordOf('opportunity', `O${id}`, 'Opportunity'),
  (id) => recordOf('engagement', `eng-${id.padStart(14, '0')}`, 'Engagement'),
  (id) => recordOf('engagementInvitation', `engi-${id.padStart(13, '0')}`, 'EngagementInvitation'),
  (id) => recordOf('resourceSnapshotJob', `job-${id.padStart(13, '0')}`, 'ResourceSnapshotJob'),
  (id) => listOf('opportunities', id, 'id lifeCycle { reviewStatus stage } project { title }'),
  (id) => listOf('engagements', id, 'id title createdAt'),
  (id) => listOf('engagementInvitations', id, 'id status invitedAt'),
  (id) => listOf('solutions', id, 'id name status category createdAt'),
];

function recordOf(field: string, identifier: string, type: string): string {
  return `${field}(${CATALOG}, identifier: "${identifier}") { ${everyMember(objectType(SCHEMA, type))} }`;
}

function listOf(field: string, id: string, members: string): string {
  const first = (Number(id) % 100) + 1;
  const page = 'pageInfo { hasNextPage endCursor }';
  return `${field}(${CATALOG}, first: ${first}) { edges { cursor node { ${members} } } ${page} }`;
}

const STARTS: readonly ((id: string) => {
  readonly identifier: string;
  readonly field: string;
  readonly more: string;
})[] = [
  (id) => ({
    identifier: `O${id}`,
    field: 'startEngagementFromOpportunityTask',
    more: ', awsSubmission: { involvementType: CO_SELL, visibility: FULL }',
  }),
  (id) => ({
    identifier: `eng-${id.padStart(14, '0')}`,
    field: 'startOpportunityFromEngagementTask',
    more: ', contextIdentifier: "1"',
  }),
  (id) => ({ identifier: `engi-${id.padStart(13, '0')}`, field: 'startEngagementByAcceptingInvitationTask', more: '' }),
];

/** @param fail receives each promise that an answer of the gateway breaks */
export function createClient(url: string, fail: (sentence: string) => void): Client {
  const agent = new Agent({ keepAlive: true });
  const starts: Started[] = [];
  let count = 0;

  async function query(document: string): Promise<Readonly<Record<string, unknown>>> {
    const { status, type, body } = await post(agent, url, JSON.stringify({ query: document }));
    const parsed: unknown = JSON.parse(body);
    if (status !== 200 || !/json/.test(type) || !isRecord(parsed) || !('data' in parsed))
      fail(`An answer is not one of GraphQL: ${status} ${type} ${body.slice(0, 500)}`);
    if (/INTERNAL_SERVER_ERROR/.test(body))
      fail(`An answer is an internal error: ${document.slice(0, 100)} ${body.slice(0, 500)}`);
    const data = isRecord(parsed) ? parsed['data'] : null;
    return isRecord(data) ? data : {};
  }

  async function lookAt(some: readonly Started[]): Promise<void> {
    const data = await query(
      `{ ${some.map(({ id }, index) => `t${index}: task(id: "${id}") { ${FOLLOWED} }`).join(' ')} }`,
    );
    for (const [index, started] of some.entries()) {
      const task = data[`t${index}`];
      if (!isRecord(task)) {
        fail(`The task ${started.id} is gone.`);
        continue;
      }
      started.seen = `${String(task['status'])} ${String(task['message'])}`;
      if (task['isTerminal'] !== true) continue;
      const failure = JSON.stringify(task['failure']);
      started.end = { status: String(task['status']), failure, afterMs: Date.now() - started.at };
    }
  }

  return {
    async ask(random) {
      await query(`{ ${random.pick(READS)(String(Math.floor(random.between(10_000, 10 ** 9))))} }`);
    },
    async start(random, fate) {
      count += 1;
      const { identifier, field, more } = random.pick(STARTS)(`${MARKS[fate]}${String(count).padStart(6, '0')}`);
      const data = await query(
        `mutation { ${field}(input: { ${CATALOG}, identifier: "${identifier}"${more} }) { task { id } } }`,
      );
      const payload = data[field];
      const task = isRecord(payload) ? payload['task'] : null;
      if (isRecord(task) && typeof task['id'] === 'string')
        starts.push({ id: task['id'], identifier, fate, at: Date.now(), seen: '', end: null });
      else fail(`A start was not accepted: ${JSON.stringify(data)}`);
      if (count % 20 === 0) await this.refresh();
    },
    async refresh() {
      const open = starts.filter(({ end }) => end === null);
      for (let from = 0; from < open.length; from += ROOT_FIELDS) await lookAt(open.slice(from, from + ROOT_FIELDS));
    },
    underWay: () => starts.filter(({ end }) => end === null).length,
    startCount: () => starts.length,
    ends() {
      const ends: Record<string, number> = {};
      for (const { end } of starts) ends[end?.status ?? 'open'] = (ends[end?.status ?? 'open'] ?? 0) + 1;
      return ends;
    },
    healthyEndedMs() {
      const times = starts
        .flatMap(({ fate, end }) => (fate === 'healthy' && end !== null ? end.afterMs : []))
        .toSorted((a, b) => a - b);
      return times[Math.floor(times.length * 0.99)] ?? 0;
    },
    async wrongEnds(atAws) {
      const counts = new Map<string, number>();
      for (const { target } of atAws) counts.set(target, (counts.get(target) ?? 0) + 1);
      return starts.flatMap(({ id, identifier, fate, seen, end }) => {
        const taken = counts.get(identifier) ?? 0;
        const is = `The ${fate} start ${id} of ${identifier}`;
        if (taken > 1) return [`${is} is ${taken} tasks at AWS.`];
        if (end === null) return [`${is} has not ended: ${seen}, ${taken} at AWS.`];
        if (end.status === 'COMPLETE') return taken === 1 ? [] : [`${is} is COMPLETE, and AWS has no task of it.`];
        const isGivenUp =
          end.status === 'REJECTED' &&
          /UPSTREAM_FAILED.*(It may have reached AWS|It has not reached AWS)/.test(end.failure);
        if (fate !== 'healthy' && isGivenUp && (taken === 0 || !end.failure.includes('has not reached'))) return [];
        return [`${is} ended wrongly: ${end.status} ${end.failure}`];
      });
    },
    close: () => agent.destroy(),
  };
}

async function post(agent: Agent, url: string, body: string): Promise<{ status: number; type: string; body: string }> {
  return new Promise((resolve, reject) => {
    const asking = request(
      url,
      { agent, method: 'POST', headers: { 'content-type': 'application/json' } },
      (response) => {
        text(response).then(
          (answer) =>
            resolve({ status: response.statusCode ?? 0, type: response.headers['content-type'] ?? '', body: answer }),
          reject,
        );
      },
    );
    asking.on('error', reject).end(body);
  });
}

function objectType(schema: GraphQLSchema, name: string): GraphQLObjectType {
  const type = schema.getType(name);
  if (!isObjectType(type)) throw new Error(`${name} is no object type.`);
  return type;
}

/** Members with arguments are left out, because their answers come from other calls. */
function everyMember(type: GraphQLObjectType): string {
  const fields = Object.values(type.getFields()).filter(
    ({ name, args }) => args.length === 0 && !name.endsWith('Readiness'),
  );
  return fields
    .map((field) => {
      const inner = getNamedType(field.type);
      return isObjectType(inner) ? `${field.name} { ${everyMember(inner)} }` : field.name;
    })
    .join(' ');
}
