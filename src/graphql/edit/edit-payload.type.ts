/** The common fields of the payloads of edits. */
import { Field, ObjectType } from 'type-graphql';
import { UserError } from '../user-error/user-error.type.js';

/** Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
export abstract class EditPayload {
  @Field(() => [UserError], {
    description: 'Reasons for which the gateway or AWS refused the edit. Empty if it was made, or was made before.',
  })
  readonly userErrors: readonly UserError[];
}

/** Not a type of the schema. */
@ObjectType({ simpleResolvers: true })
export abstract class UpdatePayload extends EditPayload {
  @Field(() => [String], {
    description:
      'Paths of the fields that the edit changed, for example `project.title`. Empty if the record had the wanted values ' +
      'already, and if the edit was refused.',
  })
  readonly changed: readonly string[];
}
