/** How the gateway stands with Partner Central: what it may ask, what waits, and why. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { PartnerCentralStatus, QuotaStatus } from '../context.js';
import { DateTime } from '../values/date-time.scalar.js';
import { UpstreamEnum } from './upstream.enum.js';

@ObjectType('QuotaUsage', {
  description:
    "How much of one of AWS's quotas is left. AWS counts per account, over all callers and instances of the gateway.",
  simpleResolvers: true,
})
class QuotaUsage implements QuotaStatus {
  @Field(() => Float, { description: 'Calls per second that the gateway allows itself.' })
  readonly perSecond: number;

  @Field(() => Int, { description: 'Calls in any 24 hours that the gateway allows itself.' })
  readonly perDay: number;

  @Field(() => Float, {
    description: 'Calls that could be made at this moment without waiting. Below 1, the next call waits.',
  })
  readonly availableNow: number;

  @Field(() => Int, { description: 'Calls left of the present 24 hours.' })
  readonly remainingToday: number;
}

@ObjectType('PartnerCentral', {
  description: 'How the gateway stands with Partner Central, for status pages and for explaining a wait.',
  simpleResolvers: true,
})
export class PartnerCentral implements PartnerCentralStatus {
  @Field(() => UpstreamEnum, { description: "Who answers: AWS, a service in its place, or the gateway's simulator." })
  readonly upstream: PartnerCentralStatus['upstream'];

  @Field(() => [CatalogEnum], {
    description: "The catalogs that this gateway accepts; the caller's own token may allow fewer.",
  })
  readonly catalogs: readonly Catalog[];

  @Field(() => QuotaUsage, { description: 'The quota for reading: following tasks spends it.' })
  readonly reads: QuotaStatus;

  @Field(() => QuotaUsage, {
    description: 'The quota for writing: each start spends it, and AWS allows about one a second.',
  })
  readonly writes: QuotaStatus;

  @Field(() => Int, { description: 'Starts that wait to be sent to AWS, among the tasks that the caller may see.' })
  readonly queuedCount: number;

  @Field(() => Int, { description: 'Tasks that AWS works on, among those that the caller may see.' })
  readonly inProgressCount: number;

  @Field(() => DateTime, {
    nullable: true,
    description:
      'When AWS was last asked about tasks; null before the first time. No call is made while no task is in progress.',
  })
  readonly lastPolledAt: number | null;

  @Field(() => Float, {
    description:
      "By how much polls are spread so that the day's reads last: 1 at their own pace, 3 when tasks are asked about three times as seldom.",
  })
  readonly pollStretch: number;

  @Field(() => String, {
    nullable: true,
    description:
      'Why queued starts that the caller may see are not being sent, for example missing credentials, with what the ' +
      'operator can do; null while nothing holds them up.',
  })
  readonly waitingFor: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'That the clock of the gateway or of its database was set forward or back within the last hour, by how much, and what ' +
      'follows; null while it is steady. Times of events around the jump may be out of order; their sequence and cursors are not.',
  })
  readonly clockJump: string | null;
}
