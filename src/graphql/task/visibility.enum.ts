import type { Visibility } from '../../partner-central/model/task-kind.js';
import { registerEnum } from '../register-enum.js';

export const VisibilityEnum = registerEnum<Visibility>(
  'Visibility',
  "How much of the opportunity AWS's sales teams may see.",
  {
    FULL: 'All details of the opportunity.',
    LIMITED: 'Only a part of the details. AWS accepts this for `FOR_VISIBILITY_ONLY` and refuses it for `CO_SELL`.',
  },
);
