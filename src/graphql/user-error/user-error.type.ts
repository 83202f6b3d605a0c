/** A refusal of a start, a retry or an edit. */
import { Field, Int, ObjectType } from 'type-graphql';
import type { NextAction } from './next-action.enum.js';
import { UserErrorCodeEnum, type UserErrorCode } from './user-error-code.enum.js';

@ObjectType('EditConflict', {
  description:
    'The values of a field that somebody else changed while it was edited. Each is JSON text: `"Qualified"` for a ' +
    'text, and `null` for a field that is not set.',
  simpleResolvers: true,
})
export class EditConflict {
  @Field(() => String, { description: 'The value that the edit read first, as JSON text.' })
  readonly base: string;

  @Field(() => String, { description: 'The present value, as JSON text.' })
  readonly theirs: string;

  @Field(() => String, { description: 'The value that the edit wants, as JSON text.' })
  readonly mine: string;
}

@ObjectType('UserError', {
  description:
    'A reason for which a start, a retry or an edit was refused. A form can show it beside the field it concerns.',
  simpleResolvers: true,
})
export class UserError {
  @Field(() => UserErrorCodeEnum, { description: 'Kind of the refusal.' })
  readonly code: UserErrorCode;

  @Field(() => String, { description: 'Explanation for the user, in English.' })
  readonly message: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'Path of the argument, for example `["input", "tags", "0", "key"]`, or `["inputs", "3", "identifier"]` in a ' +
      'batch. Null if the refusal concerns no single argument.',
  })
  readonly field: readonly string[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Name of AWS's error, for example `ConflictException`. Null if AWS was not called or did not answer.",
  })
  readonly awsCode: string | null;

  @Field(() => Int, {
    nullable: true,
    description:
      'Milliseconds after which a repeated edit can succeed. Null if time alone does not help, and for starts.',
  })
  readonly retryAfterMs?: number | null;

  @Field(() => EditConflict, {
    nullable: true,
    description:
      'The values of the field in an `EDIT_CONFLICT`. Null for every other code, and if the caller may not read records.',
  })
  readonly conflict?: EditConflict | null;

  @Field(() => Boolean, {
    nullable: true,
    description:
      'True if AWS may have made the edit, because its answer was lost and the record could not show it. This holds also ' +
      'for a code that says that nothing was changed. False if the edit was not made. Null for a start, whose message ' +
      'says it.',
  })
  readonly mayBeDone?: boolean | null;

  /** Not a field of the schema. */
  readonly nextActionOfEdit?: NextAction;
}
