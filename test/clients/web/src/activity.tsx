/** All transitions as they happen. With `?after=CURSOR` in its address, the page shows those since the cursor too. */
import { useSubscription } from '@apollo/client/react';
import { useState } from 'react';
import { TaskFeedDocument, type TaskFeedSubscription } from './gql/graphql';

type Transition = TaskFeedSubscription['taskFeed'];

export function Activity() {
  const [transitions, setTransitions] = useState<Transition[]>([]);
  const { error } = useSubscription(TaskFeedDocument, {
    variables: { after: new URLSearchParams(location.search).get('after') },
    onData: ({ data: { data } }) => {
      if (data) setTransitions((seen) => [...seen, data.taskFeed]);
    },
  });
  return (
    <ol id="activity">
      {error && <li role="alert">{error.message}</li>}
      {transitions.map(({ cursor, task, status, observedAt }) => (
        <li key={cursor} data-cursor={cursor}>
          {observedAt} {task.id} {status}
        </li>
      ))}
    </ol>
  );
}
