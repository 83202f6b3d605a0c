import { Field, ObjectType } from 'type-graphql';
import { UserErrorCodeEnum, type UserErrorCode } from './user-error-code.enum.js';

@ObjectType('UserError', {
  description: 'Why a start or a retry was refused, in a form that can be shown beside the field it concerns.',
  simpleResolvers: true,
})
export class UserError {
  @Field(() => UserErrorCodeEnum, { description: 'What kind of refusal it is.' })
  readonly code: UserErrorCode;

  @Field(() => String, { description: 'What is wrong, for people, in English.' })
  readonly message: string;

  @Field(() => [String], {
    nullable: true,
    description:
      'Path to the argument it concerns, for example `["input", "tags", "0", "key"]`, or `["inputs", "3", "identifier"]` of a batch; null when it ' +
      'concerns no single one.',
  })
  readonly field: readonly string[] | null;

  @Field(() => String, {
    nullable: true,
    description: "Name of AWS's error, for example `ConflictException`; null when AWS was not asked or did not answer.",
  })
  readonly awsCode: string | null;
}
