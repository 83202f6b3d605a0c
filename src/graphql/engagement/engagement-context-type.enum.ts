import type { ContextType } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const EngagementContextTypeEnum = registerEnum<ContextType>(
  'EngagementContextType',
  'What a context of an engagement holds. A type that AWS adds later is null, and missing from lists, until this schema knows it.',
  {
    CUSTOMER_PROJECT: 'A project of a customer that the members work on.',
    LEAD: 'A lead, which can be converted into an opportunity once it is qualified.',
    PROSPECTING_RESULT: 'What AWS found out about a prospect.',
  },
);
