/** Reads engagements and their contexts. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { Engagement as EngagementRecord, EngagementSummary } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { assertReadsCatalog } from '../authorization.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { GraphqlContext } from '../context.js';
import { EngagementContext } from './engagement-context.type.js';
import { EngagementFilterInput, engagementFilterOf } from './engagement-filter.input.js';
import { Engagement } from './engagement.type.js';
import { RECORD_KEY, recordKey } from '../record/record-key.js';
import {
  CATALOG,
  LOOK_UP_COST,
  MANY,
  SIZED_BY_IDENTIFIERS,
  ageOf,
  findEngagement,
  identifiersOf,
  lookUpEngagement,
  lookUpMany,
} from '../record/record-lookup.js';
import type { Node } from '../record/record-result.js';
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
      'An engagement, read from AWS. Null if AWS has no engagement of this id in the catalog. Costs one read.',
  })
  async engagement(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifier', () => ID, { description: 'Id or ARN of the engagement, for example `eng-completes00001`.' })
    identifier: string,
  ): Promise<EngagementSummary | null> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpEngagement(context, info, { catalog, id: identifier });
  }

  @Extensions(SIZED_BY_IDENTIFIERS)
  @Query(() => [Engagement], {
    nullable: 'items',
    complexity: LOOK_UP_COST,
    description:
      `The engagements of these identifiers, ${MANY} Costs one read per ten engagements. With \`description\` or ` +
      '`contexts` it costs one read per engagement.',
  })
  async engagementsByIdentifiers(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifiers', () => [ID], identifiersOf('Ids or ARNs')) identifiers: readonly string[],
  ): Promise<readonly Node<EngagementSummary>[]> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpMany(context, identifiers, (id) => findEngagement(context, info, { catalog, id }));
  }

  @Query(() => EngagementConnection, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'Engagements of the account, the most recently created first. A page costs one read. With `description` or ' +
      '`contexts` it costs one more per engagement. Null, with an entry in `errors`, if reading the page failed.',
  })
  async engagements(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => EngagementFilterInput, {
      nullable: true,
      description: 'Filter of the engagements. Omit it for all.',
    })
    filter?: EngagementFilterInput | null,
  ): Promise<RecordConnection<EngagementSummary>> {
    assertReadsCatalog(viewer, catalog);
    const request = pageRequest(first, after);
    const wanted = engagementFilterOf(filter);
    const page = await records.engagements(catalog, wanted, request);
    // The record must not be older than the list that named it.
    const read = ({ id, modifiedAt }: EngagementSummary) => records.engagement(catalog, id, ageOf(modifiedAt, now()));
    return connectionOf(page, now, selectsOnly(inConnection(ENGAGEMENT_SUMMARY), info) ? null : read);
  }

  @FieldResolver(() => ID, RECORD_KEY)
  key(@Root() record: EngagementSummary): string {
    return recordKey(record);
  }

  @FieldResolver(() => [EngagementContext], {
    description: 'Subjects of the engagement, for example leads and projects. Costs one read per engagement.',
  })
  contexts(@Root() engagement: EngagementSummary | EngagementRecord): readonly EngagementContext[] {
    // The selection decides what is read. A member that is missing from ENGAGEMENT_SUMMARY makes the gateway read it
    // all.
    if (!('contexts' in engagement))
      throw new Error('The contexts of an engagement were selected, but only its summary was read.');
    return engagement.contexts.map((context) => new EngagementContext(engagement, context));
  }
}
