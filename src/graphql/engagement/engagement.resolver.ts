/** Reading engagements and their contexts. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { Engagement as EngagementRecord, EngagementSummary } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { assertReadsCatalog } from '../authorization.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { GraphqlContext } from '../context.js';
import { EngagementContext } from './engagement-context.type.js';
import { EngagementFilterInput, engagementFilterOf } from './engagement-filter.input.js';
import { Engagement } from './engagement.type.js';
import { CATALOG, LOOK_UP_COST, lookUpEngagement } from '../record/record-lookup.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { connectionOf, recordConnection, type RecordConnection } from '../record/record-connection.type.js';
import { selectsOnly } from '../selection.js';
import { ENGAGEMENT_SUMMARY, inConnection } from '../record/summary-fields.js';

const EngagementConnection = recordConnection(Engagement, 'Engagement');

@Resolver(() => Engagement)
export class EngagementResolver {
  @Query(() => Engagement, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'One engagement, read from AWS or from what was read a moment ago. Null when AWS knows none of this id in the catalog.',
  })
  async engagement(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifier', () => ID, { description: 'Id of the engagement (for example `eng-completes00001`) or its ARN.' })
    identifier: string,
  ): Promise<EngagementSummary | null> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpEngagement(context, info, { catalog, id: identifier });
  }

  @Query(() => EngagementConnection, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'The engagements of the account, the most recently created first. A page costs one call to AWS, and one for each node of which ' +
      '`description` or `contexts` is selected.',
  })
  async engagements(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => EngagementFilterInput, { nullable: true, description: 'Which engagements; without it all.' })
    filter?: EngagementFilterInput | null,
  ): Promise<RecordConnection<EngagementSummary>> {
    assertReadsCatalog(viewer, catalog);
    const request = pageRequest(first, after);
    const wanted = engagementFilterOf(filter);
    const page = await records.engagements(catalog, wanted, request);
    // Never older than the list that named it.
    const read = ({ id, modifiedAt }: EngagementSummary) => records.engagement(catalog, id, modifiedAt ?? undefined);
    return connectionOf(page, now, selectsOnly(inConnection(ENGAGEMENT_SUMMARY), info) ? null : read);
  }

  @FieldResolver(() => [EngagementContext], {
    description: 'What it is about: leads, projects and the like. Costs a call for each engagement.',
  })
  contexts(@Root() engagement: EngagementSummary | EngagementRecord): readonly EngagementContext[] {
    // What is selected decides what is read; only a member that is missing from ENGAGEMENT_SUMMARY may need the whole.
    if (!('contexts' in engagement))
      throw new Error('The contexts of an engagement were asked for, but only its summary was read.');
    return engagement.contexts.map((context) => new EngagementContext(engagement, context));
  }
}
