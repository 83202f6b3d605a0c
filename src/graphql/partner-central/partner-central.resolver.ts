/** Reads the gateway's state towards Partner Central. */
import { Ctx, Query, Resolver } from 'type-graphql';
import { assertReads } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { PartnerCentral } from './partner-central.type.js';

@Resolver()
export class PartnerCentralResolver {
  @Query(() => PartnerCentral, {
    description:
      'State of the connection to Partner Central: the service, the remaining quotas, the waiting starts and the ' +
      'reason. Makes no call to AWS.',
  })
  async partnerCentral(@Ctx() { viewer, tasks, partnerCentral }: GraphqlContext): Promise<PartnerCentral> {
    assertReads(viewer);
    // A change that commits after this read follows the cursor, whether the counts include it or not.
    const logCursor = await tasks.logCursor();
    return { ...(await partnerCentral()), logCursor };
  }
}
