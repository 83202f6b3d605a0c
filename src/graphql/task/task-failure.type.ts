/**
 * The cause of a failure, with the advice. The advice comes from a table at the time of the query, so it can improve.
 */
import { Field, ObjectType } from 'type-graphql';
import type { ErrorCode, FieldError as RecordedFieldError } from '../../partner-central/failure.js';
import { adviceText, withoutRetry, type FailureCategory, type ReasonCode } from '../../partner-central/recovery.js';
import { fieldErrorsOf, knownReasonCode, recoveryOf, type RecordedFailure } from '../../tasks/task.js';
import { FailureCategoryEnum } from './enums.js';
import { ReasonCodeEnum } from './reason-code.enum.js';
import { NextActionEnum, type NextAction } from '../user-error/next-action.enum.js';
import { UserErrorCodeEnum } from '../user-error/user-error-code.enum.js';

@ObjectType('FieldError', { description: "AWS's objection to one field of a start.", simpleResolvers: true })
export class FieldError {
  @Field(() => String, {
    nullable: true,
    description: "Name of the field at AWS, which may differ from this schema's name; null if AWS named no field.",
  })
  readonly field: string | null;

  @Field(() => String, {
    description: "AWS's code, for example `REQUIRED_FIELD_MISSING`, or `UNKNOWN` if AWS gave none. An open set.",
  })
  readonly code: string;

  @Field(() => String, { description: "AWS's message, in English." })
  readonly message: string;

  constructor(error: RecordedFieldError) {
    this.field = error.field;
    this.code = error.code;
    this.message = error.message;
  }
}

@ObjectType('TaskFailure', {
  description: 'Cause of a failed or refused task, with the advice for it.',
  simpleResolvers: true,
})
export class TaskFailure {
  @Field(() => ReasonCodeEnum, {
    nullable: true,
    description:
      "AWS's reason for a `FAILED` task. Null for a `REJECTED` task, and for a reason that this schema does not know " +
      '(then `rawReasonCode` has it).',
  })
  readonly reasonCode: ReasonCode | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's reason in AWS's spelling, also if this schema does not know it. Null if AWS gave none.",
  })
  readonly rawReasonCode: string | null;

  @Field(() => UserErrorCodeEnum, {
    nullable: true,
    description: 'Cause of a `REJECTED` start. Null for a `FAILED` task, which has a reason instead.',
  })
  readonly errorCode: ErrorCode | null;

  @Field(() => String, {
    description: "AWS's message in English, or the gateway's if AWS gave none. Show it to the user.",
  })
  readonly message: string;

  @Field(() => FailureCategoryEnum, {
    description: 'Kind of action that the failure calls for, for example for an icon. Programs decide by `nextAction`.',
  })
  readonly category: FailureCategory;

  @Field(() => Boolean, {
    description:
      'True if the same start may succeed later unchanged, with `retryTask` or under a new `clientToken`. ' +
      'The old `clientToken` returns the failed task again. False if `finding` says that the work is done.',
  })
  readonly retryable: boolean;

  @Field(() => String, {
    description:
      'Advice in a few English sentences, of which the last is the next step. The text may change: show it, and do not ' +
      'compare it.',
  })
  readonly recovery: string;

  @Field(() => NextActionEnum, { description: 'Next step of the client, for programs. `recovery` says it for people.' })
  readonly nextAction: NextAction;

  @Field(() => String, {
    nullable: true,
    description:
      'State of the record at AWS, which the gateway reads after a conflict to find out if the work is done. ' +
      'The state may leave that open, and the text then says so. Null if the gateway could not read it.',
  })
  readonly finding: string | null;

  @Field(() => [FieldError], {
    description:
      "AWS's objections to single fields: its list for a refused start, and the fields that its message names for a " +
      '`FAILED` task. Empty if AWS names no field.',
  })
  readonly fieldErrors: readonly FieldError[];

  /** @param canBeRetried false for a task whose input the gateway does not know */
  constructor(failure: RecordedFailure, canBeRetried: boolean) {
    const found = recoveryOf(failure);
    const recovery = canBeRetried ? found : withoutRetry(found);
    this.reasonCode = knownReasonCode(failure.rawReasonCode);
    this.rawReasonCode = failure.rawReasonCode;
    this.errorCode = failure.errorCode;
    this.message = failure.message;
    this.category = recovery.category;
    this.retryable = recovery.retryable;
    this.recovery = adviceText(recovery);
    this.nextAction = recovery.nextStep;
    this.finding = failure.finding?.message ?? null;
    this.fieldErrors = fieldErrorsOf(failure).map((error) => new FieldError(error));
  }
}
