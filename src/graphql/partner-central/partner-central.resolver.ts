import { Ctx, Query, Resolver } from 'type-graphql';
import { assertReads } from '../authorization.js';
import type { GraphqlContext, PartnerCentralStatus } from '../context.js';
import { PartnerCentral } from './partner-central.type.js';

@Resolver()
export class PartnerCentralResolver {
  @Query(() => PartnerCentral, {
    description:
      'How the gateway stands with Partner Central: who answers, what is left of the quotas, what waits and why.',
  })
  async partnerCentral(@Ctx() context: GraphqlContext): Promise<PartnerCentralStatus> {
    assertReads(context.viewer);
    return context.partnerCentral();
  }
}
