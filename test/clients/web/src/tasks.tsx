/** The latest tasks. Each is followed to its end, and a failed one says what to do and can be retried. */
import { useMutation, useQuery, useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { FollowTaskDocument, RetryTaskDocument, TaskListDocument, type TaskFieldsFragment } from './gql/graphql';

export function Tasks() {
  const { data, error } = useQuery(TaskListDocument);
  if (error !== undefined) return <p role="alert">{error.message}</p>;
  return (
    <ul id="tasks">
      {data?.tasks.nodes.map((task) => (
        <Task key={task.id} task={task} />
      ))}
    </ul>
  );
}

function Task({ task }: { task: TaskFieldsFragment }) {
  const [statuses, setStatuses] = useState<string[]>([]);
  // The stream brings each transition. It also writes the task into the cache, so `task` is always current.
  useSubscription(FollowTaskDocument, {
    variables: { id: task.id, from: 'CURRENT' },
    onData: ({ data: { data } }) => {
      const transition = data?.taskTransitions;
      if (transition) setStatuses((seen) => [...seen, transition.status]);
    },
  });
  const [retry, { data, loading }] = useMutation(RetryTaskDocument, { refetchQueries: [TaskListDocument] });
  return (
    <li data-id={task.id} data-status={task.status}>
      {'identifier' in task ? task.identifier : task.id}: {statuses.join(' → ')}
      {task.failure && (
        <p>
          {task.failure.message} {task.failure.recovery}
          <button disabled={loading} onClick={() => void retry({ variables: { id: task.id } }).catch(() => {})}>
            Retry
          </button>
          {data?.retryTask.userErrors.map(({ message }) => message)}
        </p>
      )}
    </li>
  );
}
