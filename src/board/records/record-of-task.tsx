/** The record that a task concerns, beside the task: before the end its readiness, after it what AWS makes of it. */
import { href } from '../parts/route.js';
import type { Task } from '../parts/words.js';
import { useSession } from '../session/session.js';
import { AwsSideCard } from './aws-side-card.js';
import { EngagementCard } from './engagement-card.js';
import { InvitationCard } from './invitation-card.js';
import { OpportunityCard } from './opportunity-card.js';

export function RecordOfTask({ task }: { readonly task: Task }) {
  const { viewer } = useSession();
  const { status: taskStatus } = task;
  const isDone = taskStatus === 'COMPLETE';
  const opportunityId = 'awsSubmission' in task ? task.identifier : task.opportunityId;
  return (
    <aside aria-label="Records">
      {opportunityId != null && (
        <OpportunityCard
          key={opportunityId}
          taskStatus={taskStatus}
          catalog={task.catalog}
          identifier={opportunityId}
          awsSubmission={'awsSubmission' in task ? task.awsSubmission : null}
          isSubmitted={isDone && 'awsSubmission' in task}
        />
      )}
      {isDone && viewer.canStartTasks && task.__typename === 'OpportunityFromEngagementTask' && (
        <p class="next-step">
          <a class="button" href={href(['start', 'submit'], { id: task.opportunityId, catalog: task.catalog })}>
            Submit the opportunity
          </a>
        </p>
      )}
      {isDone && 'awsSubmission' in task && <AwsSideCard catalog={task.catalog} identifier={task.identifier} />}
      {!isDone && task.__typename === 'OpportunityFromEngagementTask' && (
        <EngagementCard
          taskStatus={taskStatus}
          catalog={task.catalog}
          identifier={task.identifier}
          context={task.contextIdentifier}
        />
      )}
      {!isDone && task.__typename === 'EngagementByAcceptingInvitationTask' && (
        <InvitationCard taskStatus={taskStatus} catalog={task.catalog} identifier={task.identifier} />
      )}
    </aside>
  );
}
