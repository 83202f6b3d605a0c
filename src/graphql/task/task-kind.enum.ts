/** The kinds of tasks in the schema. */
import type { TaskKind } from '../../partner-central/model/task-kind.js';
import { registerEnum } from '../register-enum.js';

export const TaskKindEnum = registerEnum<TaskKind>(
  'TaskKind',
  'What a task does at AWS. More kinds may be added: show a task of an unknown kind by the fields of `Task`.',
  {
    ENGAGEMENT_FROM_OPPORTUNITY:
      'Submits an opportunity to AWS: creates an engagement for it if it has none, shares a snapshot of it, invites AWS and submits it ' +
      'for review.',
    OPPORTUNITY_FROM_ENGAGEMENT:
      'Turns a lead in an engagement into a draft opportunity that is linked to the engagement. It does not submit the opportunity.',
    ENGAGEMENT_BY_ACCEPTING_INVITATION:
      "Accepts an invitation to an engagement and creates the partner's own opportunity from what the sender shared.",
  },
);
