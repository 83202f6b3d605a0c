/** The progress of batches, and their tasks. The counts are read again after each change of a task. */
import { useEffect, useRef, useState } from 'preact/hooks';
import type { TaskBatchQuery } from '#gql';
import { asFailure, type RequestFailed } from '../api/failure.js';
import { FailureNotice, Loading } from '../parts/pieces.js';
import { href } from '../parts/route.js';
import { durationText, now, useNow } from '../parts/time.js';
import type { ViewProps } from '../parts/view.js';
import { useSession } from '../session/session.js';
import { useLiveTasks } from '../tasks/live-tasks.js';
import { TaskTable } from '../tasks/task-table.js';

type Batch = NonNullable<TaskBatchQuery['taskBatch']>;

/** The time between two readings of the counts while tasks change. */
const COUNT_MS = 500;

export default function BatchPage({ path: [given = ''], query }: ViewProps) {
  const { viewer } = useSession();
  const batchIds = given.split(',').filter((id) => id !== '');
  const { batches, failure, recount } = useBatches(batchIds);
  const after = query.get('after');
  const { page } = useLiveTasks({
    list: { batchIds },
    stream: { batchIds },
    after,
    matches: () => true,
    isBusy: () => false,
    onChange: recount,
  });
  if (batches === null)
    return failure === null ? (
      <Loading lines={6} />
    ) : (
      <FailureNotice failure={failure} what="The batch could not be read." />
    );
  if (batches.length === 0)
    return (
      <>
        <h1>There is no such batch</h1>
        <p>
          You may not see it, or its tasks have been deleted. <a href={href(['tasks'])}>Show all tasks</a>
        </p>
      </>
    );
  return (
    <>
      <p class="crumbs">
        <a href={href(['tasks'])}>Tasks</a>
      </p>
      <div class="heading">
        <h1>{batches.length === 1 ? 'Batch' : `${batches.length} batches`}</h1>
      </div>
      <Progress batches={batches} />
      {page !== null && (
        <TaskTable rows={page.rows} label="Tasks of the batch" hasCatalogs={viewer.catalogs.length > 1} />
      )}
      {page !== null && (after !== null || page.hasNextPage) && (
        <nav class="pages" aria-label="Pages">
          {after !== null && <a href={href(['batch', given])}>First page</a>}
          {page.hasNextPage && page.endCursor !== null && (
            <a href={href(['batch', given], { after: page.endCursor })}>Further tasks</a>
          )}
        </nav>
      )}
    </>
  );
}

function Progress({ batches }: { readonly batches: readonly Batch[] }) {
  useNow(1000);
  const sum = (count: (batch: Batch) => number) => batches.reduce((total, batch) => total + count(batch), 0);
  const total = sum(({ totalCount }) => totalCount);
  const parts = [
    { tone: 'good', name: 'complete', count: sum(({ completeCount }) => completeCount) },
    { tone: 'bad', name: 'failed', count: sum(({ failedCount, rejectedCount }) => failedCount + rejectedCount) },
    { tone: 'busy', name: 'in progress', count: sum(({ inProgressCount }) => inProgressCount) },
    { tone: 'quiet', name: 'queued', count: sum(({ queuedCount }) => queuedCount) },
  ];
  const done = sum((batch) => batch.completeCount + batch.failedCount + batch.rejectedCount);
  const ends = batches.flatMap(({ expectedEndAt }) => (expectedEndAt == null ? [] : [Date.parse(expectedEndAt)]));
  const isFinished = batches.every((batch) => batch.isFinished);
  return (
    <section class="card progress" aria-label="Progress">
      <p>
        <strong>
          {done} of {total} ended
        </strong>
        <span class="muted">
          {isFinished
            ? 'All have ended.'
            : ends.length > 0 && `About ${durationText(Math.max(0, Math.max(...ends) - now()))} left`}
        </span>
      </p>
      <div
        class="progress-bar"
        role="progressbar"
        aria-label="Tasks that have ended"
        aria-valuemin={0}
        aria-valuemax={total}
        aria-valuenow={done}
      >
        {parts.map(({ tone, name, count }) => (
          <span key={name} class={`is-${tone}`} style={{ flexGrow: count }} />
        ))}
      </div>
      <ul class="legend">
        {parts.map(({ tone, name, count }) => (
          <li key={name} class={`is-${tone}`} data-count={name}>
            {count} {name}
          </li>
        ))}
      </ul>
    </section>
  );
}

function useBatches(ids: readonly string[]) {
  const { api } = useSession();
  const [batches, setBatches] = useState<readonly Batch[] | null>(null);
  const [failure, setFailure] = useState<RequestFailed | null>(null);
  const timer = useRef<ReturnType<typeof setTimeout> | undefined>(undefined);
  const key = ids.join(',');

  const count = async () => {
    timer.current = undefined;
    try {
      const answers = await Promise.all(key.split(',').map((id) => api.request('TaskBatch', { id })));
      setBatches(answers.flatMap(({ taskBatch }) => taskBatch ?? []));
      setFailure(null);
    } catch (error) {
      const found = asFailure(error);
      setFailure(found);
      if (found.passes) recount();
    }
  };
  const recount = () => {
    timer.current ??= setTimeout(() => void count(), COUNT_MS);
  };
  useEffect(() => {
    void count();
    return () => {
      clearTimeout(timer.current);
      timer.current = undefined;
    };
  }, [api, key]);
  return { batches, failure, recount };
}
