/** A client that starts tasks and retries: after any failure it sends the same start again with the same token. */
import { setTimeout as sleep } from 'node:timers/promises';
import { SCENARIOS } from '../../../src/partner-central/simulator/scenarios/scenarios.js';
import type { TaskInput, TaskKind } from '../../../src/partner-central/model/task-kind.js';
import { awsClientToken } from '../../../src/tasks/start.js';
import type { Random } from '../../support/fakes/random.js';

export type AcceptedTask = {
  readonly id: string;
  readonly identifier: string;
  readonly clientToken: string;
  readonly awsToken: string;
};

export type Starter = {
  /** Sends one new start, sometimes repeatedly. Resolves with its task once the start is known to be accepted. */
  start(): Promise<AcceptedTask>;
  readonly accepted: AcceptedTask[];
  /** The number of repeated starts, and of repetitions that returned another task. */
  readonly repeated: { count: number; doubledCount: number };
};

type Way = { readonly kind: TaskKind; readonly mutation: string; readonly more: Readonly<Record<string, unknown>> };

const FROM_OPPORTUNITY: Way = {
  kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
  mutation: 'EngagementFromOpportunityTask',
  more: { awsSubmission: { involvementType: 'CO_SELL' } },
};
const FROM_ENGAGEMENT: Way = {
  kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
  mutation: 'OpportunityFromEngagementTask',
  more: { contextIdentifier: '1' },
};
const BY_INVITATION: Way = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  mutation: 'EngagementByAcceptingInvitationTask',
  more: {},
};

function wayOf(identifier: string): Way {
  if (identifier.startsWith('O')) return FROM_OPPORTUNITY;
  return identifier.startsWith('engi-') ? BY_INVITATION : FROM_ENGAGEMENT;
}

/** The time limit of a request, which a killed process never answers. */
const TIMEOUT_MS = 15_000;

export async function query(
  url: string,
  text: string,
  variables: Readonly<Record<string, unknown>> = {},
): Promise<any> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query: text, variables }),
    signal: AbortSignal.timeout(TIMEOUT_MS),
  });
  const { data, errors } = (await response.json()) as { data?: any; errors?: unknown[] };
  if (errors !== undefined) throw new Error(JSON.stringify(errors));
  return data;
}

export function createStarter(url: string, random: Random): Starter {
  const accepted: AcceptedTask[] = [];
  const repeated = { count: 0, doubledCount: 0 };
  // Each sample has its own outcome. Samples that take a minute end with the rest of the run.
  const samples = SCENARIOS.map(({ identifier }) => identifier);

  async function send(identifier: string, clientToken: string): Promise<string> {
    const { mutation, more } = wayOf(identifier);
    const input = { catalog: 'SANDBOX', identifier, clientToken, ...more };
    const text =
      `mutation($input: Start${mutation}Input!) { started: start${mutation}(input: $input) { task { id } userErrors ` +
      `{ code message } } }`;
    for (;;) {
      try {
        const { started } = await query(url, text, { input });
        if (started.task !== null) return started.task.id;
        throw new RefusedError(JSON.stringify(started.userErrors));
      } catch (error) {
        if (error instanceof RefusedError) throw error;
        await sleep(random.between(50, 300));
      }
    }
  }

  return {
    accepted,
    repeated,
    async start() {
      const number = Math.floor(random.next() * 1e12);
      const identifier = random.chance(0.3) ? random.pick(samples) : `O7${number}`;
      const clientToken = `soak ${number}`;
      const times = random.chance(0.2) ? 2 : 1;
      const ids = await Promise.all(Array.from({ length: times }, () => send(identifier, clientToken)));
      // Some callers return later, as after a loss of network.
      if (random.chance(0.1)) ids.push(await send(identifier, clientToken));
      repeated.count += ids.length - 1;
      repeated.doubledCount += new Set(ids).size - 1;
      // The token for AWS depends on no other field of the input.
      const input = { kind: wayOf(identifier).kind, catalog: 'SANDBOX' } as TaskInput;
      const task = {
        id: ids[0] ?? '',
        identifier,
        clientToken,
        awsToken: awsClientToken({ subject: null, input, clientToken }),
      };
      accepted.push(task);
      return task;
    },
  };
}

/** A refused start, which must not be retried: the soak itself is wrong. */
class RefusedError extends Error {
  override readonly name = 'RefusedError';
}
