/** Records in memory, which record each call of a resolver. A call without an answer of the test throws. */
import type { Records } from '../../../src/records/records.js';

/** The time of the tests. */
export const NOW = Date.UTC(2025, 0, 2, 12);

export type AskedRecords = readonly unknown[][];

export function fakeRecords(answers: Partial<Records> = {}): Records & { readonly asked: AskedRecords } {
  const asked: unknown[][] = [];
  const given = <Name extends keyof Records>(name: Name, answer: Records[Name] | undefined) => {
    const ask: unknown = (...args: unknown[]) => {
      if (answer === undefined) throw new Error(`This test expects no call of ${name}.`);
      asked.push([name, ...args]);
      return Reflect.apply(answer, undefined, args);
    };
    return ask as Records[Name];
  };
  return {
    asked,
    opportunity: given('opportunity', answers.opportunity),
    opportunitySummary: given('opportunitySummary', answers.opportunitySummary),
    opportunities: given('opportunities', answers.opportunities),
    awsOpportunity: given('awsOpportunity', answers.awsOpportunity),
    engagementIds: given('engagementIds', answers.engagementIds),
    solutions: given('solutions', answers.solutions),
    engagement: given('engagement', answers.engagement),
    engagementSummary: given('engagementSummary', answers.engagementSummary),
    engagements: given('engagements', answers.engagements),
    invitation: given('invitation', answers.invitation),
    invitations: given('invitations', answers.invitations),
    snapshotJob: given('snapshotJob', answers.snapshotJob),
    conversion: given('conversion', answers.conversion),
    acceptance: given('acceptance', answers.acceptance),
  };
}

export async function found<T>(record: T): Promise<{ readonly type: 'found'; readonly record: T }> {
  return { type: 'found', record };
}

export async function missing(): Promise<{ readonly type: 'missing' }> {
  return { type: 'missing' };
}

/** A page whose cursors are c1, c2, … */
export async function paged<T>(...records: readonly T[]) {
  const items = records.map((record, index) => ({ cursor: `c${index + 1}`, record }));
  return { type: 'page', items, hasNextPage: true, hasPreviousPage: false } as const;
}
