/** The use of a quota of AWS: what is left, and the calls of the last hour or day. */
import { Field, Float, Int, ObjectType } from 'type-graphql';
import type { QuotaCalls } from '../../partner-central/quota/quota-calls.js';
import type { QuotaStatus } from '../context.js';
import { registerNamedEnum } from '../register-enum.js';
import { DateTime } from '../values/date-time.scalar.js';

export const QuotaWindowEnum = registerNamedEnum('QuotaWindow', 'A time that ends now, in equal steps.', [
  { name: 'HOUR', value: 'hour', description: 'The last hour, in 60 steps of a minute.' },
  { name: 'DAY', value: 'day', description: 'The last 24 hours, in 24 steps of an hour.' },
]);

@ObjectType('QuotaCalls', { description: 'The calls to AWS of one step of a `QuotaWindow`.', simpleResolvers: true })
export class QuotaCallsView implements QuotaCalls {
  @Field(() => DateTime, { description: 'Time at which the step begins.' })
  readonly startsAt: number;

  @Field(() => DateTime, { description: 'Time at which the step ends. The last step ends now.' })
  readonly endsAt: number;

  @Field(() => Int, { description: 'Number of calls in the step. AWS counts them for 24 hours.' })
  readonly count: number;
}

@ObjectType('QuotaUsage', {
  description:
    'The remainder of one quota of AWS. AWS counts per account, over all callers and all instances of the gateway.',
  simpleResolvers: true,
})
export class QuotaUsage implements Omit<QuotaStatus, 'calls'> {
  @Field(() => Float, { description: 'Limit of calls per second that the gateway sets itself.' })
  readonly perSecond: number;

  @Field(() => Int, { description: 'Limit of calls in 24 hours that the gateway sets itself.' })
  readonly perDay: number;

  @Field(() => Float, {
    description: 'Number of calls that need not wait now. Below 1 the next call waits.',
  })
  readonly availableNow: number;

  @Field(() => Int, { description: 'Number of calls left in the present 24 hours.' })
  readonly remainingToday: number;
}
