import type { CheckOutcome } from '../../records/readiness/rule.js';
import { registerEnum } from '../register-enum.js';

export const ReadinessOutcomeEnum = registerEnum<CheckOutcome>('ReadinessOutcome', 'What came of a check.', {
  PASSED: 'The rule is kept.',
  FAILED: 'The rule is broken: AWS would refuse the start, or the task would fail.',
  UNKNOWN: 'It cannot be told from what was read. `message` says what is missing.',
});
