/** Why a task is FAILED or REJECTED, and what to do about it; the advice is looked up when it is shown. */
import { Field, ObjectType } from 'type-graphql';
import type { ErrorCode, FieldError as RecordedFieldError } from '../../partner-central/failure.js';
import type { FailureCategory, ReasonCode } from '../../partner-central/recovery.js';
import { knownReasonCode, recoveryOf, type RecordedFailure } from '../../tasks/task.js';
import { FailureCategoryEnum } from './enums.js';
import { ReasonCodeEnum } from './reason-code.enum.js';
import { UserErrorCodeEnum } from '../user-error/user-error-code.enum.js';

@ObjectType('FieldError', { description: 'What AWS found wrong with one field of a start.', simpleResolvers: true })
export class FieldError {
  @Field(() => String, {
    nullable: true,
    description: 'The field as AWS names it, which need not be its name in this schema; null when AWS named none.',
  })
  readonly field: string | null;

  @Field(() => String, {
    description: "AWS's code, for example `REQUIRED_FIELD_MISSING`; `UNKNOWN` when AWS gave none. An open set.",
  })
  readonly code: string;

  @Field(() => String, { description: "AWS's message for people, in English." })
  readonly message: string;

  constructor(error: RecordedFieldError) {
    this.field = error.field;
    this.code = error.code;
    this.message = error.message;
  }
}

@ObjectType('TaskFailure', {
  description: 'Why a task failed or was refused, and what to do about it.',
  simpleResolvers: true,
})
export class TaskFailure {
  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      "AWS's reason for a FAILED task; null for a REJECTED one, and for a reason that this schema does not know: see `rawReasonCode`.",
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => String, {
    nullable: true,
    description:
      "AWS's reason exactly as AWS spelled it, also when this schema does not know it; null when AWS gave none.",
  })
  readonly rawReasonCode: string | null;

  @Field(() => UserErrorCodeEnum, {
    nullable: true,
    description: 'Why a start was REJECTED; null for a FAILED task, which has a reason instead.',
  })
  readonly errorCode: ErrorCode | null;

  @Field(() => String, {
    description: 'What AWS said, in English; where AWS said nothing, what the gateway knows. Show it to the person.',
  })
  readonly message: string;

  @Field(() => FailureCategoryEnum, {
    description: 'What kind of answer the failure needs: drive the user interface by this.',
  })
  readonly category: FailureCategory;

  @Field(() => Boolean, {
    description:
      'Whether the same start may succeed later without a change, with `retryTask` or under a new `clientToken`: under the old one the failed ' +
      'task is returned again. False when `finding` tells that the work is done.',
  })
  readonly retryable: boolean;

  @Field(() => String, {
    description: 'What to do, in one or two English sentences. The text may improve over time: do not compare it.',
  })
  readonly recovery: string;

  @Field(() => String, {
    nullable: true,
    description:
      'What the gateway saw at AWS when it looked, after a conflict, whether the work is done already; null when it did not look or could not see.',
  })
  readonly finding: string | null;

  @Field(() => [FieldError], {
    description: 'What AWS found wrong with single fields of a refused start; empty for a FAILED task.',
  })
  readonly fieldErrors: readonly FieldError[];

  constructor(failure: RecordedFailure) {
    const recovery = recoveryOf(failure);
    this.reasonCode = knownReasonCode(failure.rawReasonCode);
    this.rawReasonCode = failure.rawReasonCode;
    this.errorCode = failure.errorCode;
    this.message = failure.message;
    this.category = recovery.category;
    this.retryable = recovery.retryable;
    this.recovery = recovery.recovery;
    this.finding = failure.finding?.message ?? null;
    this.fieldErrors = failure.fieldErrors.map((error) => new FieldError(error));
  }
}
