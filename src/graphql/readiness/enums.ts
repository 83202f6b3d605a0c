/** The enums of readiness checks. */
import type { CheckOutcome, CheckSource } from '../../records/readiness/rule.js';
import { registerEnum } from '../register-enum.js';

export const ReadinessOutcomeEnum = registerEnum<CheckOutcome>('ReadinessOutcome', 'The result of a readiness check.', {
  PASSED: 'The record meets the rule.',
  FAILED:
    'The record breaks a rule that AWS documents or was seen to enforce: the start is refused, or the task fails.',
  UNKNOWN:
    'The data that was read does not decide it, or AWS is not known to enforce the rule. `message` has the advice.',
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
