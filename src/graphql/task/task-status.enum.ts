import type { TaskStatus } from '../../tasks/task.js';
import { registerEnum } from '../register-enum.js';

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
