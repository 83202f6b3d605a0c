import { registerEnum } from '../register-enum.js';

export type TaskOrigin = 'GATEWAY' | 'EXTERNAL';

export const TaskOriginEnum = registerEnum<TaskOrigin>('TaskOrigin', 'Where a task was started.', {
  GATEWAY: 'By a mutation of this gateway.',
  EXTERNAL:
    'Elsewhere, with the same AWS account: by a CRM connector, a script or the console. The gateway found it and follows it.',
});
