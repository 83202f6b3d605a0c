/** The list of tasks, the newest first, with its filter and its pages. */
import { useEffect, useRef } from 'preact/hooks';
import { FailureNotice, Loading } from '../parts/pieces.js';
import { href, replace } from '../parts/route.js';
import { useRequest } from '../parts/request.js';
import type { ViewProps } from '../parts/view.js';
import { useSession } from '../session/session.js';
import { filterOf, hasStatus, isEverything, listFilterOf, queryOf, streamFilterOf, type Filter } from './filter.js';
import { useLiveTasks } from './live-tasks.js';
import { TaskFilters } from './task-filters.js';
import { TaskTable } from './task-table.js';

const NOTHING = {};
/** A list that is scrolled further than this is being read. */
const SCROLLED_PX = 80;

export default function TaskList({ query }: ViewProps) {
  const { viewer } = useSession();
  const filter = filterOf(query);
  const after = query.get('after');
  const table = useRef<HTMLDivElement>(null);
  const isBusy = () =>
    scrollY > SCROLLED_PX ||
    table.current?.matches(':hover') === true ||
    table.current?.contains(document.activeElement) === true;
  const { page, isCurrent, failure, refresh } = useLiveTasks({
    list: listFilterOf(filter, viewer.subject),
    stream: streamFilterOf(filter, viewer.subject),
    after,
    matches: (task) => hasStatus(filter, task),
    isBusy,
  });
  useEffect(() => scrollTo({ top: 0 }), [after]);
  const change = (changed: Filter) => replace(href(['tasks'], queryOf(changed)));
  return (
    <>
      <div class="heading">
        <h1>Tasks</h1>
        <p class="muted" aria-live="polite">
          {page === null || page.total === null || !isCurrent ? '' : `${page.total.toLocaleString()} in all`}
        </p>
        <NewTasks count={page?.unseen.size ?? 0} after={after} filter={filter} onShow={refresh} />
      </div>
      <TaskFilters filter={filter} onChange={change} />
      {failure !== null && <FailureNotice failure={failure} what="The tasks could not be read." />}
      <div ref={table} class={isCurrent || page === null ? 'list' : 'list is-earlier'} aria-busy={!isCurrent}>
        {page === null ? (
          failure === null && <Loading lines={10} />
        ) : page.rows.length === 0 ? (
          <Empty isFiltered={!isEverything(filter)} />
        ) : (
          <TaskTable
            rows={page.rows}
            label="Tasks"
            matches={(task) => hasStatus(filter, task)}
            hasCatalogs={viewer.catalogs.length > 1}
          />
        )}
      </div>
      {page !== null && (after !== null || page.hasNextPage) && (
        <nav class="pages" aria-label="Pages">
          {after !== null && (
            <>
              <a href={href(['tasks'], queryOf(filter))}>Newest</a>
              <button type="button" class="link" onClick={() => history.back()}>
                Back
              </button>
            </>
          )}
          {page.hasNextPage && page.endCursor !== null && (
            <a href={href(['tasks'], { ...queryOf(filter), after: page.endCursor })}>Older tasks</a>
          )}
        </nav>
      )}
    </>
  );
}

type NewTasksProps = {
  readonly count: number;
  readonly after: string | null;
  readonly filter: Filter;
  readonly onShow: () => void;
};

/** Its place is kept free while there is nothing to show, so that the list does not move. */
function NewTasks({ count, after, filter, onShow }: NewTasksProps) {
  const text = count === 1 ? '1 new task' : `${count.toLocaleString()} new tasks`;
  const show = () => {
    scrollTo({ top: 0 });
    if (after === null) onShow();
    else location.hash = href(['tasks'], queryOf(filter));
  };
  return (
    <p class="new-tasks" role="status">
      {count > 0 && (
        <button type="button" class="small" onClick={show}>
          Show {text}
        </button>
      )}
    </p>
  );
}

function Empty({ isFiltered }: { readonly isFiltered: boolean }) {
  const { viewer } = useSession();
  const { data } = useRequest('PartnerCentral', isFiltered ? null : NOTHING);
  if (isFiltered) return <p class="empty">No task matches this filter.</p>;
  // At AWS the example would be an opportunity of another account, or none at all.
  const example = data?.partnerCentral.upstream === 'SIMULATOR' ? 'O1000001' : null;
  return (
    <div class="empty">
      <p>There are no tasks yet.</p>
      {viewer.canStartTasks && (
        <p>
          <a class="button" href={href(['start', 'submit'], { id: example })}>
            Start the first one
          </a>
        </p>
      )}
    </div>
  );
}
