/** What the service can be asked for. Everything else is an UnknownOperationException. */
import type { Delivery } from './aws-json.js';
import { listEngagementFromOpportunityTasks } from './operations/list-engagement-from-opportunity-tasks.js';
import { listOpportunityFromEngagementTasks } from './operations/list-opportunity-from-engagement-tasks.js';
import { startEngagementFromOpportunityTask } from './operations/start-engagement-from-opportunity-task.js';
import { startOpportunityFromEngagementTask } from './operations/start-opportunity-from-engagement-task.js';
import type { Service } from './service.js';

export type Operation = {
  /** Which quota it spends. */
  readonly quota: 'read' | 'write';
  /** Throws a ServiceError for what it refuses. */
  answer(service: Service, body: unknown): Promise<Delivery> | Delivery;
};

const OPERATIONS = {
  StartEngagementFromOpportunityTask: startEngagementFromOpportunityTask,
  ListEngagementFromOpportunityTasks: listEngagementFromOpportunityTasks,
  StartOpportunityFromEngagementTask: startOpportunityFromEngagementTask,
  ListOpportunityFromEngagementTasks: listOpportunityFromEngagementTasks,
} as const;

export type OperationName = keyof typeof OPERATIONS;

const BY_NAME: ReadonlyMap<string, Operation> = new Map<string, Operation>(Object.entries(OPERATIONS));

export function operationNamed(name: string): Operation | undefined {
  return BY_NAME.get(name);
}
