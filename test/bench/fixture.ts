/**
 * The tasks that every server holds, all finished and equal except for their ids, and the documents that read them.
 */
import { createHash } from 'node:crypto';
import type { Task } from '../../src/tasks/task.js';

export const TASK_COUNT = 1000;
const BEGAN_AT = Date.UTC(2026, 0, 1);

const FIELDS =
  'id kind catalog status isTerminal clientToken taskId startTime message opportunityId engagementId updatedAt';
export const ONE = `query One($id: ID!) { task(id: $id) { ${FIELDS} } }`;
export const LIST = `query List { tasks(first: 50) { nodes { ${FIELDS} } } }`;
export const LISTS = `query Lists($first: Int!) { tasks(first: $first) { nodes { ${FIELDS} } } }`;

export function hashOf(document: string): string {
  return createHash('sha256').update(document).digest('hex');
}

export function taskId(index: number): string {
  return `01900000-0000-7000-8000-${String(index).padStart(12, '0')}`;
}

export function finishedTask(index: number): Task {
  const number = String(index).padStart(7, '0');
  const at = BEGAN_AT + index * 1000;
  return {
    id: taskId(index),
    position: index * 3 + 1,
    subject: null,
    clientToken: `token-${number}`,
    input: {
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      identifier: `O${number}`,
      involvementType: 'CO_SELL',
      visibility: 'FULL',
      tags: [],
    },
    retryOf: null,
    batchId: null,
    status: 'COMPLETE',
    sequence: 3,
    details: {
      taskId: `task-${number}abcdefg`,
      taskArn: `arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/engagement-from-opportunity-task/task-${number}abcdefg`,
      startedAt: at + 100,
      message: 'The engagement was created and the opportunity was submitted.',
      reasonCode: null,
      opportunityId: `O${number}`,
      engagementId: `eng-${number}abcdefg`,
      engagementInvitationId: `engi-${number}abcdef`,
      resourceSnapshotJobId: `job-${number}abcdefg`,
      contextId: null,
    },
    failure: null,
    trace: null,
    createdAt: at,
    updatedAt: at + 3000,
  };
}

/**
 * A task as a server without layers would keep it in memory: the fields of the schema, ready to be read.
 * @public The peers use it. They are plain JavaScript, which the search for unused exports does not follow.
 */
export function rowOf({ id, input, clientToken, status, details, createdAt, updatedAt }: Task) {
  const { startedAt, ...rest } = details;
  return {
    __typename: 'EngagementFromOpportunityTask',
    id,
    kind: input.kind,
    catalog: input.catalog,
    identifier: input.identifier,
    clientToken,
    status,
    isTerminal: true,
    ...rest,
    startTime: startedAt === null ? null : new Date(startedAt),
    failure: null,
    tags: input.tags,
    createdAt: new Date(createdAt),
    updatedAt: new Date(updatedAt),
  };
}
