/** Reads snapshot jobs. */
import { Arg, Ctx, FieldResolver, ID, Query, Resolver, Root } from 'type-graphql';
import type { SnapshotJob } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { assertReadsCatalog } from '../authorization.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { GraphqlContext } from '../context.js';
import { RECORD_KEY, recordKey } from '../record/record-key.js';
import { CATALOG, LOOK_UP_COST } from '../record/record-lookup.js';
import { recordOf } from '../record/record-result.js';
import { ResourceSnapshotJob } from './resource-snapshot-job.type.js';

@Resolver(() => ResourceSnapshotJob)
export class ResourceSnapshotJobResolver {
  @Query(() => ResourceSnapshotJob, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description: 'A snapshot job, read from AWS. Null if AWS has no job of this id in the catalog. Costs one read.',
  })
  async resourceSnapshotJob(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifier', () => ID, { description: 'Id of the job, for example `job-0123456789abc`.' }) identifier: string,
  ): Promise<SnapshotJob | null> {
    assertReadsCatalog(viewer, catalog);
    return recordOf(await records.snapshotJob(catalog, identifier), now());
  }

  @FieldResolver(() => ID, RECORD_KEY)
  key(@Root() record: SnapshotJob): string {
    return recordKey(record);
  }
}
