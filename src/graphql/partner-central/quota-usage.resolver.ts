/** Reads the calls of a quota, which only status pages need. */
import { Arg, FieldResolver, Resolver, Root } from 'type-graphql';
import type { QuotaCalls, QuotaWindow } from '../../partner-central/quota/quota-calls.js';
import type { QuotaStatus } from '../context.js';
import { QuotaCallsView, QuotaUsage, QuotaWindowEnum } from './quota-usage.type.js';

@Resolver(() => QuotaUsage)
export class QuotaUsageResolver {
  @FieldResolver(() => [QuotaCallsView], {
    description:
      'Calls of the last hour or day in equal steps, the oldest first, for a plot. They include the calls of all ' +
      'instances of the gateway. Makes no call to AWS.',
  })
  calls(
    @Root() quota: QuotaStatus,
    @Arg('window', () => QuotaWindowEnum, { defaultValue: 'day', description: 'The time that the steps cover.' })
    window: QuotaWindow,
  ): Promise<readonly QuotaCalls[]> {
    return quota.calls(window);
  }
}
