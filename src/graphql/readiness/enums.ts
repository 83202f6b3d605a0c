/** The enums of readiness checks. */
import type { CheckOutcome, CheckSource } from '../../records/readiness/rule.js';
import { registerEnum } from '../register-enum.js';

export const ReadinessOutcomeEnum = registerEnum<CheckOutcome>('ReadinessOutcome', 'What came of a check.', {
  PASSED: 'The rule is kept.',
  FAILED: 'The rule is broken: AWS would refuse the start, or the task would fail.',
  UNKNOWN: 'It cannot be told from what was read. `message` says what is missing.',
});

export const ReadinessSourceEnum = registerEnum<CheckSource>(
  'ReadinessSource',
  'How the gateway knows a rule, and so how far it can be trusted.',
  {
    DOCUMENTED: "AWS's documentation states it.",
    OBSERVED: 'It was seen of the real service and is not documented.',
    INFERRED: "AWS's error codes and messages imply it.",
  },
);
