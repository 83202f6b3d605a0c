/**
 * Helpers for scenarios of a seller: changes at AWS through the genuine SDK, the cost of look-ups, and the queries of
 * the day.
 */
import { systemClock } from '../../../src/runtime/clock.js';
import { createClient, operations } from '../aws/simulator-client.js';
import { recordsOf } from '../aws/simulator-records.js';
import { whenDone } from '../harness/cleanup.js';
import type { GraphqlResult, TestGateway } from '../harness/gateway.js';

/** The records that the seller reads and changes at AWS without the gateway. */
export function atAws({ simulator }: TestGateway): ReturnType<typeof recordsOf> {
  const client = createClient(simulator.endpoint);
  whenDone(() => client.destroy());
  return recordsOf({ client });
}

/** The task operations of another program of the same account. */
export function elsewhere({ simulator }: TestGateway): ReturnType<typeof operations> {
  const client = createClient(simulator.endpoint);
  whenDone(() => client.destroy());
  return operations(client);
}

/** Longer than the gateway's cache of look-ups keeps an entry (2 s). */
export const FORGOTTEN_MS = 2001;

/** The record reads that reached AWS during `ask`: their operations, sorted. */
export async function readsOf<T>(
  { simulator }: TestGateway,
  ask: () => Promise<T>,
): Promise<{ result: T; reads: string[] }> {
  const before = simulator.calls().length;
  const result = await ask();
  const operations = simulator
    .calls()
    .slice(before)
    .map(({ operation }) => operation);
  return {
    result,
    reads: operations.filter((operation) => /^(Get|List)/.test(operation) && !operation.endsWith('Tasks')).toSorted(),
  };
}

/** The data of a query that must have no errors. */
export async function ask(gateway: TestGateway, query: string, variables: Record<string, unknown> = {}): Promise<any> {
  return dataOf(await gateway.query(query, variables));
}

export function dataOf(result: GraphqlResult): any {
  if (result.errors !== undefined) throw new Error(JSON.stringify(result.errors));
  return result.data;
}

/** Repeats a query until its data is as wanted, because caches expire and AWS changes records with a delay. */
export async function askUntil(
  gateway: TestGateway,
  query: string,
  variables: Record<string, unknown>,
  wanted: (data: any) => boolean,
): Promise<any> {
  for (;;) {
    const data = await ask(gateway, query, variables);
    if (wanted(data)) return data;
    await systemClock.sleep(50);
  }
}

const CHECKS = '{ rule outcome field message source }';
export const SUBMISSION_READINESS = `query($id: ID!, $awsSubmission: AwsSubmissionInput, $engagementId: ID) {
  opportunity(catalog: SANDBOX, identifier: $id) { submissionReadiness(awsSubmission: $awsSubmission, engagementId: $engagementId) ${CHECKS} }
}`;
export const CONVERSION_READINESS = `query($id: ID!) {
  engagement(catalog: SANDBOX, identifier: $id) {
    title contexts { identifier type lead { qualificationStatus customer { companyName } } conversionReadiness ${CHECKS} }
  }
}`;
export const ACCEPTANCE_READINESS = `query($id: ID!) { engagementInvitation(catalog: SANDBOX, identifier: $id) { status acceptanceReadiness ${CHECKS} } }`;

export type ReadinessCheck = {
  rule: string;
  outcome: 'PASSED' | 'FAILED' | 'UNKNOWN';
  field: string | null;
  message: string;
  source: string;
};

export function rulesOf(checks: readonly ReadinessCheck[], outcome: ReadinessCheck['outcome']): string[] {
  return checks.filter((check) => check.outcome === outcome).map(({ rule }) => rule);
}

export const RETRY = `mutation($id: ID!, $despiteAdvice: Boolean) {
  retryTask(id: $id, despiteAdvice: $despiteAdvice) {
    task { id status retryOf { id retriedBy { id } } } replayed userErrors { code message }
  }
}`;
