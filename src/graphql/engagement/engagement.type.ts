/** An engagement as clients see it: the domain's values as they are, with the members that a list tells first. */
import { Field, ID, Int, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { ContextType, EngagementSummary } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { EngagementContextTypeEnum } from './engagement-context-type.enum.js';

@ObjectType('Engagement', {
  description:
    'Work that partners and AWS do together, as Partner Central keeps it. `description` and `contexts` cost one call to AWS for each ' +
    'engagement; the rest costs one for ten that are asked for at the same time.',
  simpleResolvers: true,
})
export class Engagement implements EngagementSummary {
  @Field(() => CatalogEnum, { description: 'The catalog that it is in.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `eng-completes00001`; unique within the catalog, so that a cache for both catalogs is keyed by both.",
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN." })
  readonly arn: string | null;

  @Field(() => String, { nullable: true, description: 'What it is called.' })
  readonly title: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was created.' })
  readonly createdAt: number | null;

  @Field(() => String, { nullable: true, description: 'The AWS account that created it.' })
  readonly createdBy: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed.' })
  readonly modifiedAt: number | null;

  @Field(() => String, { nullable: true, description: 'The AWS account that changed it last.' })
  readonly modifiedBy: string | null;

  @Field(() => Int, { nullable: true, description: 'How many members it has.' })
  readonly memberCount: number | null;

  @Field(() => [EngagementContextTypeEnum], {
    description: 'The types of its contexts, but for those that this schema does not know.',
  })
  readonly contextTypes: readonly ContextType[];

  @Field(() => String, { nullable: true, description: 'What it is about. Costs a call for each engagement.' })
  readonly description: string | null;
}
