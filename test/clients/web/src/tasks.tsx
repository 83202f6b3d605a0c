/**
 * The latest tasks, and all that happens to tasks since. The list says with `logCursor` for which place of the log it
 * stands, and the feed goes on from there. A failed task says what to do, and can be retried.
 */
import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import {
  RetryTaskDocument,
  TaskFeedDocument,
  TaskListDocument,
  type TaskFeedSubscription,
  type TaskFieldsFragment,
} from './gql/graphql';

type Transition = TaskFeedSubscription['taskFeed'];

export function Tasks() {
  const { data, error, refetch } = useQuery(TaskListDocument);
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  if (data === undefined) return null;
  return (
    <>
      <ul id="tasks">
        {data.tasks.nodes.map((task) => (
          <Task key={task.id} task={task} />
        ))}
      </ul>
      <Activity logCursor={data.tasks.logCursor} onNewTask={() => void refetch().catch(() => {})} />
    </>
  );
}

/** The feed also writes each task into the cache, so the list is always current. */
function Activity({ logCursor, onNewTask }: { logCursor: string; onNewTask: () => void }) {
  // A list that is read again has a later cursor. The feed keeps the first one, and resumes by itself.
  const [after] = useState(logCursor);
  const [transitions, setTransitions] = useState<Transition[]>([]);
  const { error } = useSubscription(TaskFeedDocument, {
    variables: { after },
    onData: ({ data: { data } }) => {
      if (!data) return;
      setTransitions((seen) => [...seen, data.taskFeed]);
      if (data.taskFeed.sequence === 1) onNewTask();
    },
  });
  return (
    <ol id="activity" data-after={after}>
      {error && <li role="alert">{error.message}</li>}
      {transitions.map(({ cursor, task, status, observedAt }) => (
        <li key={cursor} data-cursor={cursor}>
          {observedAt} {task.id} {status}
        </li>
      ))}
    </ol>
  );
}

function Task({ task }: { task: TaskFieldsFragment }) {
  return (
    <li data-id={task.id} data-status={task.status}>
      {'identifier' in task ? task.identifier : task.id}: {task.status}
      {task.failure && <Failure id={task.id} failure={task.failure} />}
    </li>
  );
}

function Failure({ id, failure }: { id: string; failure: NonNullable<TaskFieldsFragment['failure']> }) {
  const [retry, { data, loading }] = useMutation(RetryTaskDocument);
  const button = retryButton(failure.nextAction);
  return (
    <p>
      {failure.message} {failure.recovery}
      {button && (
        <button
          disabled={loading}
          onClick={() => void retry({ variables: { id, despiteAdvice: button.despiteAdvice } }).catch(() => {})}
        >
          {button.text}
        </button>
      )}
      {data?.retryTask.userErrors.map(({ message }) => message)}
    </p>
  );
}

/** `nextAction` is for programs, and `recovery` says the same to people. */
function retryButton(
  nextAction: NonNullable<TaskFieldsFragment['failure']>['nextAction'],
): { text: string; despiteAdvice: boolean } | null {
  switch (nextAction) {
    case 'RETRY':
    case 'RETRY_LATER':
      return { text: 'Retry', despiteAdvice: false };
    case 'RETRY_DESPITE_ADVICE':
      return { text: 'It is not done: retry', despiteAdvice: true };
    default:
      return null;
  }
}
