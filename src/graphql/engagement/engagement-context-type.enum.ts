import type { ContextType } from '../../partner-central/model/record-types.js';
import { registerEnum } from '../register-enum.js';

export const EngagementContextTypeEnum = registerEnum<ContextType>(
  'EngagementContextType',
  'The content of a context. A type that AWS adds later is null, and lists omit it, until this schema knows it.',
  {
    CUSTOMER_PROJECT: 'A customer project that the members of the engagement work on.',
    LEAD: 'A lead. A qualified lead can become an opportunity.',
    PROSPECTING_RESULT: 'Findings of AWS about a prospect.',
  },
);
