/** The editability of one field of an opportunity. */
import { Field, ObjectType } from 'type-graphql';
import type { FieldEditability as FieldEditabilityRecord } from '../../records/editability.js';
import type { CheckSource } from '../../records/readiness/rule.js';
import { ReadinessSourceEnum } from '../readiness/enums.js';

@ObjectType('FieldEditability', {
  description:
    'Says whether a partner can edit a field of an opportunity at AWS in the present state. AWS decides, and not all of ' +
    'its rules are known.',
  simpleResolvers: true,
})
export class FieldEditability implements FieldEditabilityRecord {
  @Field(() => String, {
    description:
      'Name of the field at AWS, for example `Project.Title`. A list, such as `Customer.Contacts`, is one field.',
  })
  readonly field: string;

  @Field(() => Boolean, { nullable: true, description: 'True if the field can be edited. Null if it is not known.' })
  readonly editable: boolean | null;

  @Field(() => String, {
    description: 'Explanation in one or two English sentences, for people. The text may change.',
  })
  readonly reason: string;

  @Field(() => ReadinessSourceEnum, { description: 'Origin of the answer, and so its reliability.' })
  readonly source: CheckSource;
}
