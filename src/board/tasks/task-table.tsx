/**
 * The rows of tasks. Each row has a fixed height and a place of its own, so that nothing moves while tasks change. The
 * name of the task is the link, and covers the row for a pointer.
 */
import { Instant, StatusBadge } from '../parts/pieces.js';
import { href } from '../parts/route.js';
import { ageText, durationText, now, useNow } from '../parts/time.js';
import { kindWord, subjectOf, type Task } from '../parts/words.js';

type Props = {
  readonly rows: readonly Task[];
  readonly label: string;
  /** False for a row that the filter no longer selects. */
  readonly matches?: (task: Task) => boolean;
  readonly hasCatalogs: boolean;
};

export function TaskTable({ rows, label, matches = () => true, hasCatalogs }: Props) {
  useNow(1000);
  // Without authentication no task has a person, and the column would be empty.
  const isImpersonal = rows.every(({ startedBy, origin }) => startedBy == null && origin !== 'EXTERNAL');
  return (
    <table class={isImpersonal ? 'tasks is-impersonal' : 'tasks'} role="table" aria-label={label}>
      <thead role="rowgroup">
        <tr role="row">
          <th role="columnheader" scope="col">
            Status
          </th>
          <th role="columnheader" scope="col">
            Task
          </th>
          <th role="columnheader" scope="col">
            Latest
          </th>
          <th role="columnheader" scope="col">
            Started by
          </th>
          <th role="columnheader" scope="col" class="is-number">
            Took
          </th>
          <th role="columnheader" scope="col" class="is-number">
            Age
          </th>
        </tr>
      </thead>
      <tbody role="rowgroup">
        {rows.map((task, place) => (
          // The place is the key, so that a row gets a new content and does not move.
          <Row key={place} task={task} isFaint={!matches(task)} hasCatalogs={hasCatalogs} />
        ))}
      </tbody>
    </table>
  );
}

type RowProps = { readonly task: Task; readonly isFaint: boolean; readonly hasCatalogs: boolean };

function Row({ task, isFaint, hasCatalogs }: RowProps) {
  const subject = subjectOf(task);
  const kind = kindWord(task.kind).short;
  const news = task.failure?.recovery ?? task.message ?? '';
  return (
    <tr role="row" class={isFaint ? 'is-faint' : undefined} data-id={task.id} data-status={task.status}>
      <td role="cell" class="c-status">
        <StatusBadge status={task.status} />
      </td>
      <td role="cell" class="c-task">
        <a class="cover" href={href(['task', task.id])}>
          {subject}
        </a>
        <span class="c-kind">
          {kind}
          {hasCatalogs && <span class={`catalog is-${task.catalog.toLowerCase()}`}>{task.catalog}</span>}
        </span>
      </td>
      <td role="cell" class="c-news" title={task.failure?.message ?? (news === '' ? undefined : news)}>
        {news}
      </td>
      <td role="cell" class="c-by">
        {task.origin === 'EXTERNAL' ? 'Started elsewhere' : (task.startedBy ?? '–')}
      </td>
      <td role="cell" class="c-took is-number">
        {tookText(task)}
      </td>
      <td role="cell" class="c-age is-number">
        <Instant at={task.createdAt}>{ageText(now() - Date.parse(task.createdAt))}</Instant>
      </td>
    </tr>
  );
}

/** The time from the start to the end, or until now. */
export function tookText(task: Task): string {
  const startedAt = Date.parse(task.createdAt);
  if (task.isTerminal) return durationText(Date.parse(task.updatedAt) - startedAt);
  return durationText(Math.floor((now() - startedAt) / 1000) * 1000);
}
