/** Reads the solutions of the partner. */
import { Arg, Ctx, Int, Query, Resolver } from 'type-graphql';
import type { Solution as SolutionRecord } from '../../partner-central/model/related-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { assertReadsCatalog } from '../authorization.js';
import type { GraphqlContext } from '../context.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { connectionOf, recordConnection, type RecordConnection } from '../record/record-connection.type.js';
import { CATALOG, LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { SolutionFilterInput, solutionFilterOf } from './solution-filter.input.js';
import { Solution } from './solution.type.js';

const SolutionConnection = recordConnection(Solution, 'Solution');

@Resolver(() => Solution)
export class SolutionResolver {
  @Query(() => SolutionConnection, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'Solutions of the partner by name, for choosing the solutions of an opportunity. A page costs one read, ' +
      'whatever it selects. Null, with an entry in `errors`, if reading the page failed.',
  })
  async solutions(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => SolutionFilterInput, {
      nullable: true,
      description: 'Filter of the solutions. Omit it for all.',
    })
    filter?: SolutionFilterInput | null,
  ): Promise<RecordConnection<SolutionRecord>> {
    assertReadsCatalog(viewer, catalog);
    const page = await records.solutions(catalog, solutionFilterOf(filter), pageRequest(first, after));
    return connectionOf(page, now, null);
  }
}
