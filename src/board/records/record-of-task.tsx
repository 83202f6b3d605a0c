/** The record that a task concerns, beside the task: before the end its readiness, after it what AWS makes of it. */
import type { Task } from '../parts/words.js';
import { AwsSideCard } from './aws-side-card.js';
import { EngagementCard } from './engagement-card.js';
import { InvitationCard } from './invitation-card.js';
import { OpportunityCard } from './opportunity-card.js';

export function RecordOfTask({ task }: { readonly task: Task }) {
  // A task that has ended has changed its record.
  const turn = task.status;
  const isDone = task.status === 'COMPLETE';
  const opportunityId = 'awsSubmission' in task ? task.identifier : task.opportunityId;
  return (
    <aside aria-label="Records">
      {opportunityId != null && (
        <OpportunityCard
          key={`${opportunityId} ${turn}`}
          catalog={task.catalog}
          identifier={opportunityId}
          awsSubmission={'awsSubmission' in task ? task.awsSubmission : null}
          isSubmitted={isDone && 'awsSubmission' in task}
        />
      )}
      {isDone && 'awsSubmission' in task && <AwsSideCard catalog={task.catalog} identifier={task.identifier} />}
      {!isDone && task.__typename === 'OpportunityFromEngagementTask' && (
        <EngagementCard
          key={turn}
          catalog={task.catalog}
          identifier={task.identifier}
          context={task.contextIdentifier}
        />
      )}
      {!isDone && task.__typename === 'EngagementByAcceptingInvitationTask' && (
        <InvitationCard key={turn} catalog={task.catalog} identifier={task.identifier} />
      )}
    </aside>
  );
}
