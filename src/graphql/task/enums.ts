/** The enums of tasks. `reason-code.enum.ts` has the reasons of AWS. */
import type { InvolvementType, TaskKind, Visibility } from '../../partner-central/model/task-kind.js';
import type { FailureCategory } from '../../partner-central/recovery.js';
import type { TaskStatus } from '../../tasks/task.js';
import { registerEnum } from '../register-enum.js';

export const FailureCategoryEnum = registerEnum<FailureCategory>(
  'FailureCategory',
  'What a person should do about a failure. More values may be added: treat an unknown one as `UNKNOWN`.',
  {
    PERMISSION:
      'The AWS account lacks a permission. An administrator must grant it; then the same start can be made again.',
    FIX_AND_RESUBMIT:
      'The input, the opportunity or the engagement is not right for this. Correct it, then start again.',
    LOOK_BEFORE_RETRY:
      'The work may be done already, or somebody else changed something meanwhile. Look in Partner Central, and start again only if it is ' +
      'not done.',
    WAIT_AND_RETRY: 'A passing trouble. Start again after some minutes.',
    LIMIT:
      'A limit of the AWS account is reached. Remove what is not needed or have the limit raised, then start again.',
    UNKNOWN: "The gateway knows no advice for this reason. Show AWS's message to a person.",
  },
);

export const InvolvementTypeEnum = registerEnum<InvolvementType>(
  'InvolvementType',
  'How far AWS is to be involved in the opportunity.',
  {
    CO_SELL:
      "AWS's sales team works on the opportunity together with the partner. Cannot be combined with the visibility `LIMITED`.",
    FOR_VISIBILITY_ONLY: 'AWS is told about the opportunity and does not take part in it.',
  },
);

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

export type TaskOrigin = 'GATEWAY' | 'EXTERNAL';

export const TaskOriginEnum = registerEnum<TaskOrigin>('TaskOrigin', 'Where a task was started.', {
  GATEWAY: 'By a mutation of this gateway.',
  EXTERNAL:
    'Elsewhere, with the same AWS account: by a CRM connector, a script or the console. The gateway found it and follows it.',
});

export const TaskStatusEnum = registerEnum<TaskStatus>(
  'TaskStatus',
  'How a task stands. More values may be added: treat an unknown one as `IN_PROGRESS` unless `isTerminal` is true.',
  {
    QUEUED:
      'The gateway has accepted the start durably and AWS has not answered it yet. It will be sent; do not start it again.',
    IN_PROGRESS: 'AWS has accepted the start and works on it.',
    COMPLETE: 'AWS has done everything the task is for. Terminal.',
    FAILED:
      'AWS accepted the start but could not finish; earlier steps may have been done. `failure` says what to do. Terminal.',
    REJECTED:
      'AWS refused the start, or the gateway gave up asking. `failure` says what to do, and its message whether AWS may have got the ' +
      'start after all. Terminal.',
  },
);

export const VisibilityEnum = registerEnum<Visibility>(
  'Visibility',
  "How much of the opportunity AWS's sales teams may see.",
  {
    FULL: 'All details of the opportunity.',
    LIMITED: 'Only a part of the details. AWS accepts this for `FOR_VISIBILITY_ONLY` and refuses it for `CO_SELL`.',
  },
);
