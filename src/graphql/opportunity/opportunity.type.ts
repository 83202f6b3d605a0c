/** The fields of an opportunity, with the domain's values unchanged. Fields that AWS's lists contain come first. */
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
    "An opportunity, as Partner Central stores it. Fields that AWS's lists contain cost one read per twenty " +
    'opportunities that are requested at the same time. The other fields cost one read per opportunity, as their ' +
    'descriptions say.',
  simpleResolvers: true,
})
export class Opportunity implements OpportunityRecord {
  @Field(() => CatalogEnum, { description: 'Catalog of the opportunity.' })
  readonly catalog: Catalog;

  @Field(() => ID, {
    description:
      "AWS's id, for example `O1000001`. It is unique within its catalog only, and " + '`key` is unique by itself.',
  })
  readonly id: string;

  @Field(() => String, { nullable: true, description: "AWS's ARN. Null if AWS gives none." })
  readonly arn: string | null;

  @Field(() => String, {
    nullable: true,
    description: "The partner's id of the opportunity, for example from its CRM. Null if not set.",
  })
  readonly partnerOpportunityIdentifier: string | null;

  @Field(() => String, {
    nullable: true,
    description: 'Type of the sale: `Net New Business`, `Flat Renewal` or `Expansion`. Null if not set.',
  })
  readonly opportunityType: string | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of creation. Null if AWS gives none.' })
  readonly createdAt: number | null;

  @Field(() => DateTime, { nullable: true, description: 'Time of the last change. Null if AWS gives none.' })
  readonly lastModifiedAt: number | null;

  @Field(() => OpportunityLifeCycle, {
    nullable: true,
    description:
      "Progress of the sale and of AWS's review. Null if not set. `nextStepsHistory` costs one read per opportunity.",
  })
  readonly lifeCycle: OpportunityLifeCycle | null;

  @Field(() => OpportunityCustomer, {
    nullable: true,
    description:
      'The customer. Null if not set. `contacts`, and `awsAccountId`, `duns` and `streetAddress` of the account, ' +
      'cost one read per opportunity.',
  })
  readonly customer: OpportunityCustomer | null;

  @Field(() => OpportunityProject, {
    nullable: true,
    description:
      'The project that the sale is for. Null if not set. All fields except `deliveryModels`, ' +
      '`expectedContractDuration` and `expectedCustomerSpend` cost one read per opportunity.',
  })
  readonly project: OpportunityProject | null;

  @Field(() => [String], {
    description: 'Support that the partner needs from AWS, from a list of AWS. Costs one read per opportunity.',
  })
  readonly primaryNeedsFromAws: readonly string[];

  @Field(() => String, {
    nullable: true,
    description:
      '`Yes` if the opportunity concerns national security, otherwise `No`. Null if not set. ' +
      'Costs one read per opportunity.',
  })
  readonly nationalSecurity: string | null;

  @Field(() => OpportunityMarketing, {
    nullable: true,
    description: 'The marketing that led to the opportunity. Null if not set. Costs one read per opportunity.',
  })
  readonly marketing: OpportunityMarketing | null;

  @Field(() => SoftwareRevenue, {
    nullable: true,
    description: "The partner's revenue from software. Null if not set. Costs one read per opportunity.",
  })
  readonly softwareRevenue: SoftwareRevenue | null;

  @Field(() => [Contact], {
    description: 'People of the partner who work on the opportunity. Costs one read per opportunity.',
  })
  readonly opportunityTeam: readonly Contact[];

  @Field(() => OpportunityRelatedEntities, {
    description: 'Items that are associated with the opportunity. Costs one read per opportunity.',
  })
  readonly relatedEntities: OpportunityRelatedEntities;
}
