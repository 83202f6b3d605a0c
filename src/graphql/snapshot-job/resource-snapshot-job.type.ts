import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { SnapshotJob, SnapshotJobStatus } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { SnapshotJobStatusEnum } from './snapshot-job-status.enum.js';

@ObjectType('ResourceSnapshotJob', {
  description:
    'A standing job that shares each change of an opportunity with the members of an engagement. It costs one call to AWS to read.',
  simpleResolvers: true,
})
export class ResourceSnapshotJob implements SnapshotJob {
  @Field(() => CatalogEnum, { description: 'The catalog that it is in.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `job-0123456789abc`; unique within the catalog, so that a cache for both catalogs is keyed by both.",
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN." })
  readonly arn: string | null;

  @Field(() => SnapshotJobStatusEnum, {
    nullable: true,
    description:
      'Whether it is at work; `RUNNING` is its healthy state. Null also for a status that this schema does not know.',
  })
  readonly status: SnapshotJobStatus | null;

  @Field(() => String, { nullable: true, description: 'The engagement that it shares with.' })
  readonly engagementId: string | null;

  @Field(() => String, { nullable: true, description: 'What kind of thing it shares. AWS knows `Opportunity`.' })
  readonly resourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of what it shares.' })
  readonly resourceId: string | null;

  @Field(() => String, { nullable: true, description: 'The template that tells which members are shared.' })
  readonly resourceSnapshotTemplateName: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was created.' })
  readonly createdAt: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'When it last shared something without trouble; null when it never did.',
  })
  readonly lastSuccessfulExecutionAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's message about the latest trouble; null when there was none.",
  })
  readonly lastFailure: string | null;
}
