/** An opportunity as clients see it: the domain's values as they are, with the members that a list tells first. */
import { Field, ID, ObjectType } from 'type-graphql';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { Opportunity as OpportunityRecord } from '../../partner-central/model/record-types.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { Contact } from '../values/contact.type.js';
import { DateTime } from '../values/date-time.scalar.js';
import { OpportunityCustomer } from './opportunity-customer.type.js';
import { OpportunityLifeCycle } from './opportunity-life-cycle.type.js';
import { OpportunityProject } from './opportunity-project.type.js';
import { OpportunityMarketing, OpportunityRelatedEntities, SoftwareRevenue } from './opportunity-sale.type.js';

@ObjectType('Opportunity', {
  description:
    'An opportunity as Partner Central keeps it. What a list tells costs one call to AWS for twenty opportunities that are asked for at the ' +
    'same time; any other member costs one call for each opportunity, as its description says.',
  simpleResolvers: true,
})
export class Opportunity implements OpportunityRecord {
  @Field(() => CatalogEnum, { description: 'The catalog that it is in.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `O1000001`; unique within the catalog, so that a cache for both catalogs is keyed by both.",
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN." })
  readonly arn: string | null;

  @Field(() => String, { nullable: true, description: "The partner's own id, for example that of its CRM." })
  readonly partnerOpportunityIdentifier: string | null;

  @Field(() => String, { nullable: true, description: '`Net New Business`, `Flat Renewal` or `Expansion`.' })
  readonly opportunityType: string | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was created.' })
  readonly createdAt: number | null;

  @Field(() => DateTime, { nullable: true, description: 'When it was last changed.' })
  readonly lastModifiedAt: number | null;

  @Field(() => OpportunityLifeCycle, {
    nullable: true,
    description: "How far the sale and AWS's review have come. `nextStepsHistory` costs a call for each opportunity.",
  })
  readonly lifeCycle: OpportunityLifeCycle | null;

  @Field(() => OpportunityCustomer, {
    nullable: true,
    description:
      'Who buys. `contacts`, and the `awsAccountId`, `duns` and `streetAddress` of the account, cost a call for each opportunity.',
  })
  readonly customer: OpportunityCustomer | null;

  @Field(() => OpportunityProject, {
    nullable: true,
    description:
      'What is to be sold. All but `deliveryModels` and `expectedCustomerSpend` costs a call for each opportunity.',
  })
  readonly project: OpportunityProject | null;

  @Field(() => [String], {
    description: "What the partner needs from AWS, words of AWS's list. Costs a call for each opportunity.",
  })
  readonly primaryNeedsFromAws: readonly string[];

  @Field(() => String, {
    nullable: true,
    description: 'Whether it concerns national security: `Yes` or `No`. Costs a call for each opportunity.',
  })
  readonly nationalSecurity: string | null;

  @Field(() => OpportunityMarketing, {
    nullable: true,
    description: 'The marketing that it comes from. Costs a call for each opportunity.',
  })
  readonly marketing: OpportunityMarketing | null;

  @Field(() => SoftwareRevenue, {
    nullable: true,
    description: "The partner's own revenue from software. Costs a call for each opportunity.",
  })
  readonly softwareRevenue: SoftwareRevenue | null;

  @Field(() => [Contact], { description: "The partner's people who work on it. Costs a call for each opportunity." })
  readonly opportunityTeam: readonly Contact[];

  @Field(() => OpportunityRelatedEntities, {
    description: 'What is associated with it. Costs a call for each opportunity.',
  })
  readonly relatedEntities: OpportunityRelatedEntities;
}
