/** The enums of tasks. `reason-code.enum.ts` has the reasons of AWS. */
import type { InvolvementType, TaskKind, Visibility } from '../../partner-central/model/task-kind.js';
import type { FailureCategory } from '../../partner-central/recovery.js';
import type { TaskStatus } from '../../tasks/task.js';
import { registerEnum } from '../register-enum.js';

export type TaskOrigin = 'GATEWAY' | 'EXTERNAL';

export const TaskKindEnum = registerEnum<TaskKind>(
  'TaskKind',
  'The work that a task does at AWS. More kinds may be added: show a task of an unknown kind by the fields of `Task`.',
  {
    ENGAGEMENT_FROM_OPPORTUNITY:
      'Submits an opportunity to AWS for review. The task creates an engagement if there is none, shares a snapshot ' +
      'of the opportunity, and invites AWS.',
    OPPORTUNITY_FROM_ENGAGEMENT:
      'Turns a lead in an engagement into a draft opportunity that is linked to the engagement. ' +
      'It does not submit the opportunity.',
    ENGAGEMENT_BY_ACCEPTING_INVITATION:
      "Accepts an invitation to an engagement, and creates the partner's own opportunity from the shared one.",
  },
);

export const TaskStatusEnum = registerEnum<TaskStatus>(
  'TaskStatus',
  'State of a task. More values may be added: treat an unknown value as `IN_PROGRESS` unless `isTerminal` is true.',
  {
    QUEUED:
      'The gateway has stored the start durably, and AWS has not answered it yet. It will be sent; do not start it ' +
      'again.',
    IN_PROGRESS: 'AWS has accepted the start and works on it.',
    COMPLETE: 'AWS has finished all work of the task. Terminal.',
    FAILED:
      'AWS accepted the start but could not finish; some steps may have been done. `failure` has the advice. Terminal.',
    REJECTED:
      'AWS refused the start, or the gateway stopped trying. `failure` has the advice, and its message says if AWS ' +
      'may have received the start. Terminal.',
  },
);

export const TaskOriginEnum = registerEnum<TaskOrigin>('TaskOrigin', 'The place where a task was started.', {
  GATEWAY: 'A mutation of this gateway started the task.',
  EXTERNAL:
    'A CRM connector, a script or the console started the task, with the same AWS account. ' +
    'The gateway found it and follows it.',
});

export const InvolvementTypeEnum = registerEnum<InvolvementType>(
  'InvolvementType',
  'Degree to which AWS takes part in an opportunity.',
  {
    CO_SELL:
      "AWS's sales team works on the opportunity with the partner. AWS refuses it with the visibility `LIMITED`.",
    FOR_VISIBILITY_ONLY: 'AWS sees the opportunity and does not take part in the sale.',
  },
);

export const VisibilityEnum = registerEnum<Visibility>(
  'Visibility',
  "Share of an opportunity that AWS's sales teams may see.",
  {
    FULL: 'All details of the opportunity.',
    LIMITED: 'Some details only. AWS accepts it for `FOR_VISIBILITY_ONLY` and refuses it for `CO_SELL`.',
  },
);

export const FailureCategoryEnum = registerEnum<FailureCategory>(
  'FailureCategory',
  'The kind of action that a failure calls for. More values may be added: treat an unknown value as `UNKNOWN`.',
  {
    PERMISSION:
      'The AWS account lacks a permission. An administrator must grant it; then the same start can be made again.',
    FIX_AND_RESUBMIT:
      'The input, the opportunity or the engagement does not meet the requirements. Correct it, for example with ' +
      '`updateOpportunity` or `associateOpportunity`, then start again.',
    LOOK_BEFORE_RETRY:
      'The work may be done already, or the record was changed at the same time. Read the record, and start again only ' +
      'if the work is not done.',
    WAIT_AND_RETRY: 'A temporary failure. Start again after a few minutes.',
    LIMIT: 'The AWS account has reached a limit. Remove unused items or have the limit raised, then start again.',
    UNKNOWN: "The gateway has no advice for this reason. Show AWS's message to a person.",
  },
);
