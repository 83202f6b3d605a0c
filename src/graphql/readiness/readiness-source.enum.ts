import type { CheckSource } from '../../records/readiness/rule.js';
import { registerEnum } from '../register-enum.js';

export const ReadinessSourceEnum = registerEnum<CheckSource>(
  'ReadinessSource',
  'How the gateway knows a rule, and so how far it can be trusted.',
  {
    DOCUMENTED: "AWS's documentation states it.",
    OBSERVED: 'It was seen of the real service and is not documented.',
    INFERRED: "AWS's error codes and messages imply it.",
  },
);
