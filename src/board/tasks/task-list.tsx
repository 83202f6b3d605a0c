/** The list of tasks, the newest first. It stays current without being read again. */
import { useEffect, useState } from 'preact/hooks';
import type { TaskFieldsFragment } from '#gql';
import { useSession } from '../session/session.js';
import type { ViewProps } from '../parts/view.js';

export default function TaskList(_props: ViewProps) {
  const { api } = useSession();
  const [tasks, setTasks] = useState<readonly TaskFieldsFragment[]>([]);
  useEffect(() => {
    let stop = () => {};
    let isOver = false;
    void api.request('LiveTaskList', { first: 50 }).then(({ tasks: page }) => {
      if (isOver) return;
      setTasks(page.nodes);
      stop = api.follow(
        'TaskFeed',
        { after: page.logCursor },
        {
          next({ taskFeed: { task } }) {
            setTasks((seen) =>
              seen.some(({ id }) => id === task.id)
                ? seen.map((each) => (each.id === task.id ? task : each))
                : [task, ...seen],
            );
          },
          failed: () => {},
        },
      );
    });
    return () => {
      isOver = true;
      stop();
    };
  }, [api]);
  return (
    <ul>
      {tasks.map((task) => (
        <li key={task.id}>
          {task.kind} {task.status}
        </li>
      ))}
    </ul>
  );
}
