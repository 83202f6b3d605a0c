/** Finds at AWS the task of a start whose answers were all lost. */
import { identifierOf } from '../../partner-central/identifiers.js';
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { knownAwsTaskIds, type WorkItem } from '../../tasks/store/task-queries.js';
import { answerFor, indexAnswers } from '../poll/match-answers.js';
import { readPages } from '../poll/pages.js';
import type { WorkerContext } from '../worker-context.js';

/**
 * The page limit of the search. One opportunity has few tasks, so a longer list means that the filter does not work.
 */
const MAX_PAGES = 20;

/**
 * Searches the list by opportunity or engagement. Returns null if the task is not found or the list cannot be read, and
 * `stopped` if the term ends before the search.
 */
export async function recoverLostStart(context: WorkerContext, item: WorkItem): Promise<TaskAnswer | null | 'stopped'> {
  const { task } = item;
  const { kind, catalog, identifier } = task.input;
  const select = { by: 'identifier', values: [identifierOf(identifier)] } as const;
  const { answers, failure } = await readPages(context, { kind, catalog, select }, MAX_PAGES, () => false);
  if (failure === 'stopped') return 'stopped';
  const claimed = await knownAwsTaskIds(
    context.db.sql,
    answers.flatMap((answer) => answer.taskId ?? []),
  );
  return answerFor(task, item.firstAttemptAt ?? task.createdAt, indexAnswers(kind, answers), (id) => claimed.has(id));
}
