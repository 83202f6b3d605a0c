/** The starts that wait to be sent to AWS, and why. */
import type { TaskListQuery } from '#gql';
import { Instant } from '../parts/pieces.js';
import { href } from '../parts/route.js';
import { ageText, durationText, now, useNow } from '../parts/time.js';
import { kindWord, subjectOf } from '../parts/words.js';
import type { Status } from './status.js';

type Props = { readonly status: Status; readonly tasks: TaskListQuery['tasks']['nodes'] };

const SECOND_MS = 1000;

export function Queue({ status, tasks }: Props) {
  useNow(1000);
  const more = status.queuedCount - tasks.length;
  return (
    <section class="card" aria-labelledby="queue">
      <h2 id="queue">Starts that wait</h2>
      {tasks.length === 0 ? (
        <p class="muted">None: each start is sent as it comes.</p>
      ) : (
        <>
          <p>{reasonOf(status)}</p>
          <ul class="waiting">
            {tasks.map((task) => (
              <li key={task.id}>
                <p>
                  <a href={href(['task', task.id])}>{subjectOf(task)}</a>{' '}
                  <span class="muted">
                    {kindWord(task.kind).short}, for{' '}
                    <Instant at={task.createdAt}>{ageText(now() - Date.parse(task.createdAt))}</Instant>
                  </span>
                </p>
                {task.message != null && task.message !== status.waitingFor && <p class="muted">{task.message}</p>}
              </li>
            ))}
          </ul>
          {more > 0 && (
            <p>
              <a href={href(['tasks'], { status: 'QUEUED' })}>{more.toLocaleString()} more</a>
            </p>
          )}
        </>
      )}
    </section>
  );
}

/** Without another reason the starts wait for the quota of writes, which they take in turn. */
function reasonOf({ waitingFor, queuedCount, writes: { perSecond } }: Status): string {
  if (waitingFor != null) return waitingFor;
  const lastInMs = (queuedCount / perSecond) * SECOND_MS;
  return (
    `They are sent in turn, ${perSecond.toLocaleString()} a second. ` +
    `The last one leaves in about ${durationText(Math.ceil(lastInMs / SECOND_MS) * SECOND_MS)}.`
  );
}
