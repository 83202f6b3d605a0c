/** The kinds of tasks in the schema: those that can be started, and one more that the schema already has room for. */
import { TASK_KINDS, type TaskKind } from '../partner-central/task-kind.js';
import { describedEnum } from './described-enum.js';

export type SchemaTaskKind = TaskKind | 'ENGAGEMENT_BY_ACCEPTING_INVITATION';

export const TaskKindEnum = describedEnum<SchemaTaskKind>(
  'TaskKind',
  'What a task does at AWS. More kinds may be added: show a task of an unknown kind by the fields of `Task`.',
  {
    ENGAGEMENT_FROM_OPPORTUNITY:
      'Submits an opportunity to AWS: creates an engagement for it if it has none, shares a snapshot of it, invites AWS and submits it ' +
      'for review.',
    OPPORTUNITY_FROM_ENGAGEMENT:
      'Turns a lead in an engagement into a draft opportunity that is linked to the engagement. It does not submit the opportunity.',
    ENGAGEMENT_BY_ACCEPTING_INVITATION:
      "Accepts an invitation to an engagement and creates the partner's opportunity from it. This gateway cannot start such a task yet, " +
      'so no task has this kind.',
  },
);

export function isTaskKind(kind: SchemaTaskKind): kind is TaskKind {
  return TASK_KINDS.some((known) => known === kind);
}
