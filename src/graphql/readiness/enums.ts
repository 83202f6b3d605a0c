/** The enums of readiness checks. */
import type { CheckOutcome, CheckSource } from '../../records/readiness/rule.js';
import { registerEnum } from '../register-enum.js';

export const ReadinessOutcomeEnum = registerEnum<CheckOutcome>('ReadinessOutcome', 'The result of a readiness check.', {
  PASSED: 'The record meets the rule.',
  FAILED: 'The record breaks the rule: AWS would refuse the start, or the task would fail.',
  UNKNOWN: 'The data that was read does not decide it. `message` says what is missing.',
});

export const ReadinessSourceEnum = registerEnum<CheckSource>(
  'ReadinessSource',
  'The origin of a rule, and so its reliability.',
  {
    DOCUMENTED: "AWS's documentation states the rule.",
    OBSERVED: 'The rule was observed at the real service and is not documented.',
    INFERRED: "AWS's error codes and messages imply the rule.",
  },
);
