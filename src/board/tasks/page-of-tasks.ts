/**
 * A page of the list, and what changes do to it. A row stays where it is, whatever happens to its task. A new task takes
 * the first row. While a person is busy with the list, it is only counted, until the person wants to see it.
 */

/** A task, as far as its place in the list depends on it. */
export type Row = { readonly id: string; readonly createdAt: string };

export type PageOfTasks<Task extends Row> = {
  readonly rows: readonly Task[];
  /** The number of tasks on all pages; null if it is not known. */
  readonly total: number | null;
  readonly endCursor: string | null;
  readonly hasNextPage: boolean;
  /** Ids of new tasks that are not shown yet. */
  readonly unseen: ReadonlySet<string>;
};

export type Change<Task extends Row> = {
  /** The latest states of tasks that changed, the earliest change first. */
  readonly tasks: readonly Task[];
  readonly matches: (task: Task) => boolean;
  /** False on later pages, and while a person is busy with the list. */
  readonly mayInsert: boolean;
  readonly size: number;
};

export function changed<Task extends Row>(
  page: PageOfTasks<Task>,
  { tasks, matches, mayInsert, size }: Change<Task>,
): PageOfTasks<Task> {
  const latest = new Map(tasks.map((task) => [task.id, task]));
  const shown = new Set(page.rows.map(({ id }) => id));
  const rows = page.rows.map((row) => latest.get(row.id) ?? row);
  const [newest] = page.rows;
  // A task older than the first row belongs further down, on this page or on another one. A batch has one time.
  const isNew = (task: Task) => newest === undefined || newestFirst(task, newest) < 0;
  const added = [...latest.values()].filter((task) => !shown.has(task.id) && matches(task) && isNew(task));
  const unknown = added.filter(({ id }) => !page.unseen.has(id)).length;
  const total = page.total === null ? null : page.total + unknown;
  if (!mayInsert) return { ...page, rows, total, unseen: new Set([...page.unseen, ...added.map(({ id }) => id)]) };
  const all = [...added.toSorted(newestFirst), ...rows];
  return { ...page, rows: all.slice(0, size), total, hasNextPage: page.hasNextPage || all.length > size };
}

/** Ids grow with time, so they order tasks of the same moment. */
function newestFirst(a: Row, b: Row): number {
  if (a.createdAt !== b.createdAt) return a.createdAt < b.createdAt ? 1 : -1;
  return a.id < b.id ? 1 : -1;
}
