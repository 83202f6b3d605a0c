/** The fields of a snapshot job, with the domain's values unchanged. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { SnapshotJob, SnapshotJobStatus } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { SnapshotJobStatusEnum } from './snapshot-job-status.enum.js';

@ObjectType('ResourceSnapshotJob', {
  description:
    'A permanent job that shares each change of an opportunity with the members of an engagement. ' +
    'Each job costs one read.',
  simpleResolvers: true,
})
export class ResourceSnapshotJob implements SnapshotJob {
  @Field(() => CatalogEnum, { description: 'Catalog of the job.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `job-0123456789abc`. It is unique within its catalog only, and " +
      '`key` is unique by itself.',
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN. Null if AWS gives none." })
  readonly arn: string | null;

  @Field(() => SnapshotJobStatusEnum, {
    nullable: true,
    description:
      'State of the job; `RUNNING` is the healthy state. Null if AWS gives none, or a status that this schema does ' +
      'not know.',
  })
  readonly status: SnapshotJobStatus | null;

  @Field(() => String, {
    nullable: true,
    description: 'Id of the engagement that receives the changes. Null if AWS gives none.',
  })
  readonly engagementId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Type of the shared record. AWS knows `Opportunity`. Null if AWS gives none.',
  })
  readonly resourceType: string | null;

  @Field(() => String, { nullable: true, description: 'Id of the shared record. Null if AWS gives none.' })
  readonly resourceId: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Name of the template that selects the shared fields. Null if AWS gives none.',
  })
  readonly resourceSnapshotTemplateName: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of creation. Null if AWS gives none.' })
  readonly createdAt: number | null;

  @Field(() => DateTime, {
    nullable: true,
    description: 'Time of the last successful execution. Null if there was none.',
  })
  readonly lastSuccessfulExecutionAt: number | null;

  @Field(() => String, {
    nullable: true,
    description: "AWS's message about the latest failure. Null if there was none.",
  })
  readonly lastFailure: string | null;
}
