/** Finds at AWS what became of a start whose answers were all lost. */
import { identifierOf } from '../../partner-central/task-operations.js';
import type { TaskAnswer } from '../../partner-central/model/task-kind.js';
import { knownAwsTaskIds, type WorkItem } from '../../tasks/store/task-queries.js';
import { answerFor, indexAnswers } from '../poll/match-answers.js';
import { readPages } from '../poll/pages.js';
import type { WorkerContext } from '../worker-context.js';

/** One opportunity has few tasks; more pages than these are no answer to a filter on one value. */
const MAX_PAGES = 20;

/** Looks in the list by opportunity or engagement; null when it is not there, or the list could not be read. 'stopped': not looked, the term ended. */
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
