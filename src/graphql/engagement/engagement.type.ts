/** The fields of an engagement, with the domain's values unchanged. Fields that AWS's lists contain come first. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { ContextType, EngagementSummary } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';

@ObjectType('Engagement', {
  description:
    'Joint work of partners and AWS, as Partner Central stores it. `description` and `contexts` cost one read per ' +
    'engagement. The other fields cost one read per ten engagements that are requested at the same time.',
  simpleResolvers: true,
})
export class Engagement implements EngagementSummary {
  @Field(() => CatalogEnum, { description: 'Catalog of the engagement.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `eng-completes00001`. It is unique within its catalog only, and " +
      '`key` is unique by itself.',
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN. Null if AWS gives none." })
  readonly arn: string | null;

  @Field(() => String, { nullable: true, description: 'Title of the engagement. Null if not set.' })
  readonly title: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of creation. Null if AWS gives none.' })
  readonly createdAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'AWS account that created the engagement. Null if AWS gives none.',
  })
  readonly createdBy: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of the last change. Null if AWS gives none.' })
  readonly modifiedAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'AWS account that made the last change. Null if AWS gives none.',
  })
  readonly modifiedBy: string | null;

  @Field(() => Int, { nullable: true, description: 'Number of members. Null if AWS gives none.' })
  readonly memberCount: number | null;

  @Field(() => [EngagementContextTypeEnum], {
    description: 'Types of the contexts, without types that this schema does not know.',
  })
  readonly contextTypes: readonly ContextType[];

  @Field(() => String, {
    nullable: true,
    description: 'Description of the engagement. Null if not set. Costs one read per engagement.',
  })
  readonly description: string | null;
}
