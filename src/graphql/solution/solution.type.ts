/** A solution of the partner, with the domain's values unchanged. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Solution as SolutionRecord } from '../../partner-central/model/related-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';

@ObjectType('Solution', {
  description:
    'A solution that the partner has registered in Partner Central. An opportunity is associated with solutions.',
  simpleResolvers: true,
})
export class Solution implements SolutionRecord {
  @Field(() => CatalogEnum, { description: 'Catalog of the solution.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `S-0000001`. It is unique within its catalog only, so the key of a cache needs `catalog` " +
      'and `id`.',
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN. Null if AWS gives none." })
  readonly arn: string | null;

  @Field(() => String, { description: 'Name of the solution; its id if AWS gives no name.' })
  readonly name: string;

  @Field(() => String, {
    description:
      "AWS's word for the state: `Active`, `Inactive`, `Draft`, or one that AWS adds later. Only an active solution can " +
      'be associated. `Unknown` if AWS gives none.',
  })
  readonly status: string;

  @Field(() => String, {
    nullable: true,
    description: 'Category, from a list of AWS, for example `Software Product`. Null if AWS gives none.',
  })
  readonly category: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of creation. Null if AWS gives none.' })
  readonly createdAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: 'ARN of the solution in AWS Marketplace. Null if it is not there.',
  })
  readonly awsMarketplaceSolutionArn: string | null;
}
