/** A seller's client that knows the published documents and nothing else, and the writes that it causes at AWS. */
import { expect } from '@jest/globals';
import { publishedOperation } from '../fixtures/published/published-operations.js';
import type { TestGateway } from '../harness/gateway.js';
import { dataOf, rulesOf } from './seller.js';

const CO_SELL = { involvementType: 'CO_SELL', visibility: 'FULL' };
export const CATALOG = 'SANDBOX';

export function publishedSeller(gateway: TestGateway) {
  const run = async (document: string, variables: Record<string, unknown>): Promise<any> =>
    dataOf(await gateway.query(publishedOperation(document), variables));

  /** The payload of a mutation that must not be refused. */
  const edit = async (document: string, input: object): Promise<any> => {
    const [payload] = Object.values<any>(await run(document, { input: { catalog: CATALOG, ...input } }));
    expect(payload.userErrors).toEqual([]);
    return payload;
  };

  /** Starts a task and follows it. @returns its last state */
  const task = async (document: string, input: object): Promise<any> => {
    const { task: started } = await edit(document, input);
    const variables = { id: started.id, from: 'BEGINNING' };
    const transitions = await gateway.collect(publishedOperation('follow-task'), variables);
    return dataOf(transitions.at(-1) ?? {}).taskTransitions.task;
  };

  const worklist = async (): Promise<any[]> =>
    (await run('submission-worklist', { catalog: CATALOG, awsSubmission: CO_SELL })).opportunities.nodes;

  const obstacles = async (identifier: string, engagementId?: string): Promise<string[]> => {
    const { opportunity } = await run('opportunity-readiness', {
      catalog: CATALOG,
      identifier,
      awsSubmission: CO_SELL,
      engagementId,
    });
    return rulesOf(opportunity.submissionReadiness, 'FAILED');
  };

  const form = async (identifier: string): Promise<any> =>
    (await run('opportunity-editability', { catalog: CATALOG, identifier })).opportunity;

  /** The review status as a task shows it, which is never older than the end of the task. */
  const reviewStatusAfter = async ({ id }: { readonly id: string }): Promise<any> =>
    (await run('task-board', { filter: { ids: [id] } })).tasks.nodes[0].opportunity.lifeCycle.reviewStatus;

  return { run, edit, task, worklist, obstacles, form, reviewStatusAfter };
}

export const submission = (identifier: string) => ({ identifier, awsSubmission: CO_SELL });
export const REVIEWED = /^(?:SUBMITTED|IN_REVIEW|APPROVED)$/;

/** The writes that reached AWS. */
export function writesOf({ simulator }: TestGateway): string[] {
  return simulator
    .calls()
    .filter(({ outcome }) => outcome === 'ok')
    .map(({ operation }) => operation)
    .filter((operation) => !/^(?:Get|List)/.test(operation));
}
