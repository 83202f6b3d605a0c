/** The state of the connection to Partner Central, for status pages. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { LeaderStatus, PartnerCentralStatus, QuotaStatus } from '../context.js';
import { Leader } from './leader.type.js';
import { QuotaUsage } from './quota-usage.type.js';
import { TaskList } from './task-list.type.js';
import { DateTime } from '../values/date-time.scalar.js';
import { UpstreamEnum } from './upstream.enum.js';

@ObjectType('PartnerCentral', {
  description: 'State of the connection to Partner Central, for status pages and to explain a wait.',
  simpleResolvers: true,
})
export class PartnerCentral implements PartnerCentralStatus {
  @Field(() => UpstreamEnum, {
    description: "The service that answers: AWS, a service in its place, or the gateway's simulator.",
  })
  readonly upstream: PartnerCentralStatus['upstream'];

  @Field(() => [CatalogEnum], {
    description: 'Catalogs that this gateway accepts. The token of the caller may allow fewer.',
  })
  readonly catalogs: readonly Catalog[];

  @Field(() => QuotaUsage, { description: 'Quota of reads. Polling tasks, and reading and editing records spend it.' })
  readonly reads: QuotaStatus;

  @Field(() => QuotaUsage, {
    description: 'Quota of writes. Each start and each edit spends one. AWS allows about one write per second.',
  })
  readonly writes: QuotaStatus;

  @Field(() => Int, { description: 'Number of starts that wait to be sent to AWS, of those that the caller may see.' })
  readonly queuedCount: number;

  @Field(() => Int, { description: 'Number of tasks that AWS works on, of those that the caller may see.' })
  readonly inProgressCount: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'Time of the last poll for tasks. Null before the first poll. The gateway does not poll while no task is in ' +
      'progress.',
  })
  readonly lastPolledAt: number | null;

  @Field(() => Float, {
    description:
      "Factor by which polling is slowed down so that the day's reads last. At full pace it is 1. At 3 the slowest " +
      'of `taskLists` is read a third as often.',
  })
  readonly pollStretch: number;

  @Field(() => [TaskList], {
    description:
      "AWS's lists that the gateway reads to follow tasks: those with tasks in progress, and those that were read " +
      'before. Any caller sees them all.',
  })
  readonly taskLists: readonly TaskList[];

  @Field(() => String, {
    nullable: true,
    description:
      'Reason why queued starts that the caller may see are not sent, for example missing credentials, with the ' +
      'remedy for the operator. Null while nothing delays them.',
  })
  readonly waitingFor: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Notice of a clock of the gateway or its database that was set forward or back within the last hour, with ' +
      'the consequences. Null while the clocks are steady. Times near the jump may be out of order; ' +
      'sequences and cursors are in order.',
  })
  readonly clockJump: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Notice that no event of EventBridge has come for three days although tasks were completed, with what the ' +
      'operator should check. Null while events come, and if the gateway awaits none. Polling goes on without events.',
  })
  readonly eventsMissing: string | null;

  @Field(() => Leader, {
    nullable: true,
    description:
      'The instance of the gateway that leads: it alone sends starts and reads lists of tasks. Null before any has led. ' +
      'After its end another instance leads within 5 seconds.',
  })
  readonly leader: LeaderStatus | null;

  @Field(() => String, {
    description:
      "Position in the gateway's log that this answer stands for. Pass it as `after` to `taskFeed` to follow all tasks " +
      'from here, also if the first stream is cut off before its first event.',
  })
  readonly logCursor: string;
}
