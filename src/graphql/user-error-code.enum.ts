import type { ErrorCode } from '../partner-central/failure.js';
import { describedEnum } from './described-enum.js';

export type UserErrorCode = 'INVALID_INPUT' | 'CLIENT_TOKEN_REUSED' | 'CATALOG_NOT_ALLOWED' | ErrorCode;

export const UserErrorCodeEnum = describedEnum<UserErrorCode>(
  'UserErrorCode',
  'Why a start was refused. More values may be added: treat an unknown one by showing the message.',
  {
    INVALID_INPUT: 'The gateway refused the input and did not call AWS. Correct the field that is named; the same `clientToken` can be used.',
    CLIENT_TOKEN_REUSED:
      'The `clientToken` belongs to an earlier start with other input. For a new start use a new token; to repeat the earlier one send the ' +
      'same input.',
    CATALOG_NOT_ALLOWED: "The gateway, or this caller's token, may not use the catalog. AWS was not called.",
    VALIDATION_FAILED: 'AWS found the input invalid. Correct it and start again under a new `clientToken`.',
    ACCESS_DENIED: "AWS denied access to the gateway's account. An administrator must grant it.",
    CONFLICT: 'AWS saw a conflict: the opportunity or engagement is not in a state for this, or changed meanwhile. Look at it before starting again.',
    NOT_FOUND: 'AWS does not know the identifier in this catalog.',
    QUOTA_EXCEEDED: 'A limit of the AWS account is reached, for example the number of contexts of an engagement.',
    THROTTLED: 'AWS took no more starts for as long as the gateway tried. Nothing was started; try again later.',
    UPSTREAM_FAILED: 'AWS could not be reached, or failed, until the gateway gave up. The message says whether the start may have reached AWS.',
  },
);
