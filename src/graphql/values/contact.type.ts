/** A contact at a company. */
import { Field, ObjectType } from 'type-graphql';
import type { Contact as ContactRecord } from '../../partner-central/model/record-types.js';

@ObjectType('Contact', { description: 'A contact person.', simpleResolvers: true })
export class Contact implements ContactRecord {
  @Field(() => String, { nullable: true, description: 'Given name. Null if not set.' })
  readonly firstName: string | null;

  @Field(() => String, { nullable: true, description: 'Family name. Null if not set.' })
  readonly lastName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Position in the company, or the role in the sale for an opportunity team. Null if not set.',
  })
  readonly businessTitle: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address. Null if not set.' })
  readonly email: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Telephone number with `+` and the country code. Null if not set.',
  })
  readonly phone: string | null;
}
