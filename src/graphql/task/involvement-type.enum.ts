import type { InvolvementType } from '../../partner-central/model/task-kind.js';
import { registerEnum } from '../register-enum.js';

export const InvolvementTypeEnum = registerEnum<InvolvementType>(
  'InvolvementType',
  'How far AWS is to be involved in the opportunity.',
  {
    CO_SELL:
      "AWS's sales team works on the opportunity together with the partner. Cannot be combined with the visibility `LIMITED`.",
    FOR_VISIBILITY_ONLY: 'AWS is told about the opportunity and does not take part in it.',
  },
);
