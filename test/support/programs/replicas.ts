/** Several gateway processes on one PostgreSQL. Their simulator runs inside the test, which sees every call. */
import {
  createSimulator,
  type Simulator,
  type SimulatorOptions,
} from '../../../src/partner-central/simulator/simulator.js';
import { whenDone } from '../harness/cleanup.js';
import { createPatientClient, type PatientClient } from '../crash/crash-client.js';
import { spawnGateway, type Process } from './process.js';

export type Replica = Process & {
  readonly url: string;
  readonly client: PatientClient;
  /** True if its metrics say that its worker leads. */
  isLeading(): Promise<boolean>;
  /** Sends one request without retries. */
  ask(query: string, variables?: Record<string, unknown>): Promise<any>;
  kill(): Promise<void>;
};

export type Replicas = {
  readonly simulator: Simulator;
  /** @param env settings of this replica only */
  add(env?: Record<string, string>): Promise<Replica>;
};

export async function createReplicas(
  databaseUrl: string,
  settings: Record<string, string> = {},
  simulatorOptions: SimulatorOptions = {},
): Promise<Replicas> {
  const simulator = await createSimulator({
    speed: 20,
    readsPerSecond: 1000,
    writesPerSecond: 1000,
    ...simulatorOptions,
  });
  whenDone(() => simulator.close());
  return {
    simulator,
    async add(env = {}) {
      const process = await spawnGateway({
        DATABASE_URL: databaseUrl,
        PARTNER_CENTRAL_ENDPOINT: simulator.endpoint,
        AWS_ACCESS_KEY_ID: 'test',
        AWS_SECRET_ACCESS_KEY: 'test',
        READS_PER_SECOND: '500',
        WRITES_PER_SECOND: '500',
        POLL_MIN_MS: '100',
        LOG_LEVEL: 'error',
        ...settings,
        ...env,
      });
      const { url } = process;
      return {
        ...process,
        url,
        client: createPatientClient(() => Promise.resolve(url)),
        async isLeading() {
          const response = await fetch(new URL('/metrics', url));
          return /^gateway_worker_leading 1$/m.test(await response.text());
        },
        async ask(query, variables = {}) {
          const body = JSON.stringify({ query, variables });
          const response = await fetch(url, { method: 'POST', headers: { 'content-type': 'application/json' }, body });
          return response.json();
        },
        async kill() {
          process.child.kill('SIGKILL');
          await process.ended;
        },
      };
    },
  };
}

/**
 * Waits for a leader. `tookMs` ends before the successful question, so that a late answer of a busy machine does not
 * count.
 */
export async function leaderOf(
  replicas: readonly Replica[],
): Promise<{ leader: Replica; others: Replica[]; tookMs: number }> {
  const begun = performance.now();
  for (;;) {
    const tookMs = performance.now() - begun;
    const leading = await Promise.all(replicas.map((replica) => replica.isLeading()));
    const leader = replicas.find((_, index) => leading[index]);
    if (leader !== undefined) return { leader, others: replicas.filter((replica) => replica !== leader), tookMs };
    await new Promise((resolve) => setTimeout(resolve, 10));
  }
}

export function startsAt(simulator: Simulator): number[] {
  return simulator
    .calls()
    .filter(({ operation }) => operation.startsWith('Start'))
    .map(({ at }) => at);
}

export function tasksAt(simulator: Simulator, identifier: string): number {
  return simulator.tasks().filter(({ target }) => target === identifier).length;
}

export function median(numbers: readonly number[]): number {
  return [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] ?? Number.NaN;
}
