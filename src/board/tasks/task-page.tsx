/** The page of a task: its state now, its transitions, its failure with the next step, and its records. */
import { CopyableId, Facts, FailureNotice, Instant, Loading, Notice, StatusBadge } from '../parts/pieces.js';
import { href } from '../parts/route.js';
import { instantText } from '../parts/time.js';
import { involvementWord, kindWord, subjectOf } from '../parts/words.js';
import type { ViewProps } from '../parts/view.js';
import { useSession } from '../session/session.js';
import { RecordOfTask } from '../records/record-of-task.js';
import { warningsOf } from '../start/warnings.js';
import { Checks } from '../records/checks.js';
import { FailureCard } from './failure.js';
import { useLiveTask, type FullTask } from './live-task.js';
import { Timeline } from './timeline.js';
import { tookText } from './task-table.js';
import { useNow } from '../parts/time.js';

export default function TaskPage({ path: [id = ''] }: ViewProps) {
  return <Task key={id} id={id} />;
}

function Task({ id }: { readonly id: string }) {
  const { viewer } = useSession();
  const { task, transitions, failure } = useLiveTask(id);
  if (task === undefined)
    return failure === null ? (
      <Loading lines={6} />
    ) : (
      <FailureNotice failure={failure} what="The task could not be read." />
    );
  if (task === null) return <Missing />;
  const warnings = warningsOf(id);
  return (
    <article>
      <p class="crumbs">
        <a href={href(['tasks'])}>Tasks</a>
      </p>
      <div class="heading">
        <h1>{subjectOf(task)}</h1>
        <StatusBadge status={task.status} />
        <p class="muted">
          {kindWord(task.kind).long} · <Took task={task} />
        </p>
      </div>
      <p class="unseen" role="status">
        {subjectOf(task)} is {task.status.toLowerCase().replaceAll('_', ' ')}
      </p>
      <div class="columns">
        {task.failure != null && <FailureCard task={task} failure={task.failure} />}
        {warnings.length > 0 && task.failure == null && !task.isTerminal && (
          <Notice tone="warn" title="AWS will probably refuse this start.">
            <Checks checks={warnings} />
          </Notice>
        )}
        {/* On a phone a person looks for the record, with its edit, before the history. */}
        {viewer.canReadRecords && <RecordOfTask task={task} />}
        <div>
          <section class="card" aria-labelledby="history">
            <h2 id="history">History</h2>
            <Timeline transitions={transitions} />
          </section>
          <section class="card" aria-labelledby="details">
            <h2 id="details">Details</h2>
            <Details task={task} />
          </section>
        </div>
      </div>
    </article>
  );
}

function Took({ task }: { readonly task: FullTask }) {
  useNow(1000);
  return (
    <>
      {task.isTerminal ? 'took' : 'for'} {tookText(task)}
    </>
  );
}

function Details({ task }: { readonly task: FullTask }) {
  const submission = 'awsSubmission' in task ? task.awsSubmission : null;
  return (
    <Facts
      rows={[
        ['Started', <Instant at={task.createdAt}>{instantText(task.createdAt)}</Instant>],
        ['Started by', task.origin === 'EXTERNAL' ? 'Another program of the account' : task.startedBy],
        ['Catalog', task.catalog],
        ['Involvement', submission === null ? null : involvementText(submission)],
        ['Context', 'contextIdentifier' in task ? task.contextIdentifier : null],
        ['Opportunity', task.opportunityId],
        ['Engagement', task.engagementId],
        ['Invitation', 'engagementInvitationId' in task ? task.engagementInvitationId : null],
        ['Snapshot job', task.resourceSnapshotJobId],
        ['Tags', task.tags.map(({ key, value }) => `${key}: ${value}`).join(', ')],
        ['Batch', task.batchId == null ? null : <a href={href(['batch', task.batchId])}>Show the batch</a>],
        ['Retry of', task.retryOf == null ? null : <a href={href(['task', task.retryOf.id])}>Show that task</a>],
        ['Retried by', task.retriedBy == null ? null : <a href={href(['task', task.retriedBy.id])}>Show the retry</a>],
        ['Task at AWS', task.taskId == null ? null : <CopyableId id={task.taskId} what="AWS's id of the task" />],
        ['Id', <CopyableId id={task.id} what="the id of the task" />],
        ['Client token', <CopyableId id={task.clientToken} what="the client token" />],
      ]}
    />
  );
}

function involvementText(submission: {
  readonly involvementType: string;
  readonly visibility?: string | null;
}): string {
  const type = involvementWord(submission.involvementType);
  return submission.visibility == null ? type : `${type}, ${submission.visibility.toLowerCase()} visibility`;
}

function Missing() {
  return (
    <>
      <h1>There is no such task</h1>
      <p>
        It may have been deleted after its time, or you may not see it. <a href={href(['tasks'])}>Show all tasks</a>
      </p>
    </>
  );
}
