/** Reads opportunities, and checks if they can be submitted. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type {
  Engagement,
  Opportunity as OpportunityRecord,
  OpportunitySummary,
} from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { Check } from '../../records/readiness/rule.js';
import { submissionChecks } from '../../records/readiness/submission.js';
import { contextTypesOf, engagementsOf } from '../../records/readiness/submission/engagement-facts.js';
import { verdictOf, type ReadinessVerdict } from '../../records/readiness/verdict.js';
import type { Records } from '../../records/records.js';
import { assertReadsCatalog } from '../authorization.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { GraphqlContext } from '../context.js';
import { notFound } from '../errors.js';
import { RECORD_KEY, recordKey } from '../record/record-key.js';
import {
  CATALOG,
  LOOK_UP_COST,
  MANY,
  SIZED_BY_IDENTIFIERS,
  ageOf,
  findOpportunity,
  identifiersOf,
  lookUpMany,
  lookUpOpportunity,
} from '../record/record-lookup.js';
import { OpportunityFilterInput, opportunityFilterOf } from './opportunity-filter.input.js';
import { OpportunitySortInput } from './opportunity-sort.input.js';
import { Opportunity } from './opportunity.type.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { ReadinessCheck } from '../readiness/readiness-check.type.js';
import { VerdictEnum } from '../readiness/verdict.enum.js';
import { connectionOf, recordConnection, type RecordConnection } from '../record/record-connection.type.js';
import { recordOf, type Node } from '../record/record-result.js';
import { selectsOnly } from '../selection.js';
import { AwsSubmissionInput } from '../start/start.input.js';
import { OPPORTUNITY_SUMMARY, inConnection } from '../record/summary-fields.js';

const OpportunityConnection = recordConnection(Opportunity, 'Opportunity');

@Resolver(() => Opportunity)
export class OpportunityResolver {
  @Query(() => Opportunity, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'An opportunity, read from AWS. Null if AWS has no opportunity of this id in the catalog. Costs one read.',
  })
  async opportunity(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifier', () => ID, {
      description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.',
    })
    identifier: string,
  ): Promise<OpportunitySummary | null> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpOpportunity(context, info, { catalog, id: identifier });
  }

  @Extensions(SIZED_BY_IDENTIFIERS)
  @Query(() => [Opportunity], {
    nullable: 'items',
    complexity: LOOK_UP_COST,
    description:
      `The opportunities of these ids, ${MANY} Costs one read with fields that AWS's lists contain, otherwise one ` +
      'read per opportunity.',
  })
  async opportunitiesByIdentifiers(
    @Ctx() context: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifiers', () => [ID], identifiersOf('Ids')) identifiers: readonly string[],
  ): Promise<readonly Node<OpportunitySummary>[]> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpMany(context, identifiers, (id) => findOpportunity(context, info, { catalog, id }));
  }

  @Query(() => OpportunityConnection, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'Opportunities of the account, by default the most recently changed first. A page costs one read. With fields that ' +
      "AWS's lists do not contain it costs one more per opportunity, as their descriptions say. " +
      'Null, with an entry in `errors`, if reading the page failed.',
  })
  async opportunities(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => OpportunityFilterInput, {
      nullable: true,
      description: 'Filter of the opportunities. Omit it for all.',
    })
    filter?: OpportunityFilterInput | null,
    @Arg('sort', () => OpportunitySortInput, {
      nullable: true,
      description: 'Order of the opportunities. Omit it for the most recently changed first.',
    })
    sort?: OpportunitySortInput | null,
  ): Promise<RecordConnection<OpportunitySummary>> {
    assertReadsCatalog(viewer, catalog);
    const request = pageRequest(first, after);
    const wanted = opportunityFilterOf(filter, sort);
    const page = await records.opportunities(catalog, wanted, request);
    // The record must not be older than the list that named it.
    const read = ({ id, lastModifiedAt }: OpportunitySummary) =>
      records.opportunity(catalog, id, ageOf(lastModifiedAt, now()));
    return connectionOf(page, now, selectsOnly(inConnection(OPPORTUNITY_SUMMARY), info) ? null : read);
  }

  @FieldResolver(() => ID, RECORD_KEY)
  key(@Root() record: OpportunitySummary): string {
    return recordKey(record);
  }

  @FieldResolver(() => [ReadinessCheck], {
    complexity: LOOK_UP_COST,
    description:
      'Known preconditions of `startEngagementFromOpportunityTask` for this opportunity, each with its outcome. ' +
      'Costs one read per opportunity, and up to two more to find the engagement, or one more with `engagementId`.',
  })
  async submissionReadiness(
    @Root() opportunity: OpportunitySummary | OpportunityRecord,
    @Ctx() { records, now }: GraphqlContext,
    @Arg('awsSubmission', () => AwsSubmissionInput, {
      nullable: true,
      description: 'The planned involvement of AWS. Without it, rules that depend on it are `UNKNOWN`.',
    })
    awsSubmission?: AwsSubmissionInput | null,
    @Arg('engagementId', () => ID, {
      nullable: true,
      description:
        'Id or ARN of the engagement that led to the opportunity, for checks of its lead. Omit it to let the gateway find ' +
        'the engagement. An unknown engagement is refused with the code `NOT_FOUND`.',
    })
    engagementId?: string | null,
  ): Promise<readonly Check[]> {
    // The selection decides what is read. A member that is missing from OPPORTUNITY_SUMMARY makes the gateway read it
    // all.
    if (!('relatedEntities' in opportunity))
      throw new Error('The readiness of an opportunity was selected, but only its summary was read.');
    const { catalog } = opportunity;
    const engagements =
      engagementId == null
        ? await engagementsOf(records, catalog, opportunity.id)
        : [contextTypesOf(await namedEngagement(records, catalog, engagementId, now()))];
    return submissionChecks(opportunity, { submission: submissionOf(awsSubmission), engagements }, now());
  }

  @FieldResolver(() => VerdictEnum, {
    complexity: LOOK_UP_COST,
    description:
      'The checks of `submissionReadiness` in one word. Without `awsSubmission` it is never `CLEAR`. Costs the same ' +
      'reads, and none beside `submissionReadiness`.',
  })
  async submissionVerdict(
    @Root() opportunity: OpportunitySummary | OpportunityRecord,
    @Ctx() context: GraphqlContext,
    @Arg('awsSubmission', () => AwsSubmissionInput, {
      nullable: true,
      description: 'The planned involvement of AWS.',
    })
    awsSubmission?: AwsSubmissionInput | null,
  ): Promise<ReadinessVerdict> {
    return verdictOf(await this.submissionReadiness(opportunity, context, awsSubmission));
  }
}

async function namedEngagement(records: Records, catalog: Catalog, id: string, now: number): Promise<Engagement> {
  const engagement = recordOf(await records.engagement(catalog, id), now);
  if (engagement === null) throw notFound(`AWS has no engagement ${id} in the catalog ${catalog}.`);
  return engagement;
}

function submissionOf(input: AwsSubmissionInput | null | undefined) {
  return input == null ? null : { involvementType: input.involvementType, visibility: input.visibility ?? null };
}
