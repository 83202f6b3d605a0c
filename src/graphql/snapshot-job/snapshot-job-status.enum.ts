import type { SnapshotJobStatus } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const SnapshotJobStatusEnum = registerEnum<SnapshotJobStatus>(
  'SnapshotJobStatus',
  'Whether a snapshot job is at work. A status that AWS adds later is null until this schema knows it.',
  {
    RUNNING:
      'Changes are shared with the engagement. This is the healthy state and no sign of waiting: the job is never done.',
    STOPPED: 'Changes are not shared any more.',
  },
);
