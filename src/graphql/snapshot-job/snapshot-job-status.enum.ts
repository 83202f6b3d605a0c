import type { SnapshotJobStatus } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const SnapshotJobStatusEnum = registerEnum<SnapshotJobStatus>(
  'SnapshotJobStatus',
  'State of a snapshot job. A status that AWS adds later is null until this schema knows it.',
  {
    RUNNING: 'The job shares changes with the engagement. This is the healthy state, because the job never ends.',
    STOPPED: 'The job does not share changes.',
  },
);
