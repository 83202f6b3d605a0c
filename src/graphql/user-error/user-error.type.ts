/** A refusal of a start or a retry. */
import { Field, ObjectType } from 'type-graphql';
import { UserErrorCodeEnum, type UserErrorCode } from './user-error-code.enum.js';

@ObjectType('UserError', {
  description: 'A reason for which a start or a retry was refused. A form can show it beside the field it concerns.',
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
}
