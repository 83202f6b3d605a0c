import type { ReadinessVerdict } from '../../records/readiness/verdict.js';
import { registerEnum } from '../register-enum.js';

export const VerdictEnum = registerEnum<ReadinessVerdict>(
  'Verdict',
  'The readiness checks of a record in one word, for a badge. The checks with `isObstacle` decide it.',
  {
    BLOCKED: 'A check has the outcome `FAILED`. Show the messages of the checks that failed.',
    CLEAR: 'No check has failed, and only AWS can decide what is unknown. The start can still fail.',
    UNKNOWN: 'No check has failed, and a value that matters could not be read. Show the messages of the obstacles.',
  },
);
