/** The address of a new start with the input of a task. */
import { href } from '../parts/route.js';
import { subjectOf, type Task } from '../parts/words.js';

export function startAddress(task: Task): string {
  const input = { id: subjectOf(task), catalog: task.catalog };
  switch (task.__typename) {
    case 'OpportunityFromEngagementTask':
      return href(['start', 'convert'], { ...input, context: task.contextIdentifier });
    case 'EngagementByAcceptingInvitationTask':
      return href(['start', 'accept'], input);
    case 'EngagementFromOpportunityTask':
    case 'ExternalTask':
      return href(['start', 'submit'], input);
    default:
      return task satisfies never;
  }
}
