import { Field, ObjectType } from 'type-graphql';
import type { Contact as ContactRecord } from '../../partner-central/model/record-types.js';

@ObjectType('Contact', { description: 'A person to talk to.', simpleResolvers: true })
export class Contact implements ContactRecord {
  @Field(() => String, { nullable: true, description: 'Given name.' })
  readonly firstName: string | null;

  @Field(() => String, { nullable: true, description: 'Family name.' })
  readonly lastName: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Position in the company; in a team of an opportunity, the role in the sale.',
  })
  readonly businessTitle: string | null;

  @Field(() => String, { nullable: true, description: 'E-mail address.' })
  readonly email: string | null;

  @Field(() => String, { nullable: true, description: 'Telephone number with `+` and the country code.' })
  readonly phone: string | null;
}
