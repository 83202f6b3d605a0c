/** The input of a creation: the members of a new opportunity in the field names of `Opportunity`. */
import { Field, InputType } from 'type-graphql';
import type { OpportunityCreation } from '../../edits/edits.js';
import type { OpportunityValues } from '../../edits/patch/creation-members.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { TagInput } from '../start/start.input.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import {
  OpportunityCustomerPatch,
  OpportunityLifeCyclePatch,
  OpportunityMarketingPatch,
  OpportunityProjectPatch,
  SoftwareRevenuePatch,
} from './opportunity-patch.input.js';
import { ContactInput } from './opportunity-values.input.js';

const optional = (description: string) => ({ nullable: true, description: `${description} Not set if omitted.` });

@InputType('CreateOpportunityInput', {
  description:
    'A new opportunity. Its types are those of `updateOpportunity`: an omitted field and null both mean that the field ' +
    'is not set. AWS decides which fields a creation needs; `submissionReadiness` says which fields a submission ' +
    'needs.',
})
export class CreateOpportunityInput implements OpportunityValues {
  @Field(() => CatalogEnum, { description: 'Catalog of the opportunity.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    nullable: true,
    description:
      'Idempotency key of the creation, 1 to 255 characters. AWS remembers it: the same token with the same input ' +
      'returns the same opportunity, and with other input the creation is refused. Make one UUID for each action of a ' +
      'user, and keep it until the response arrives. Without a token the gateway makes one, and a repeated mutation ' +
      'creates a second opportunity.',
  })
  readonly clientToken?: string | null;

  @Field(() => String, {
    nullable: true,
    description:
      'Side that the opportunity comes from: `Partner Referral`, which is the default, or `AWS Referral`, which only the ' +
      'catalog `SANDBOX` accepts for tests. AWS shows a referral of its own only once it is accepted.',
  })
  readonly origin?: string | null;

  @Field(() => [String], optional('Support that the partner needs from AWS, from a list of AWS.'))
  readonly primaryNeedsFromAws?: readonly string[] | null;

  @Field(() => String, optional('`Yes` if the opportunity concerns national security, otherwise `No`.'))
  readonly nationalSecurity?: string | null;

  @Field(
    () => String,
    optional("The partner's id of the opportunity, for example from its CRM; at most 64 characters."),
  )
  readonly partnerOpportunityIdentifier?: string | null;

  @Field(() => OpportunityCustomerPatch, optional('The customer.'))
  readonly customer?: OpportunityCustomerPatch | null;

  @Field(() => OpportunityProjectPatch, optional('The project that the sale is for.'))
  readonly project?: OpportunityProjectPatch | null;

  @Field(() => String, optional('Type of the sale: `Net New Business`, `Flat Renewal` or `Expansion`.'))
  readonly opportunityType?: string | null;

  @Field(() => OpportunityMarketingPatch, optional('The marketing that led to the opportunity.'))
  readonly marketing?: OpportunityMarketingPatch | null;

  @Field(() => SoftwareRevenuePatch, optional("The partner's revenue from software."))
  readonly softwareRevenue?: SoftwareRevenuePatch | null;

  @Field(() => OpportunityLifeCyclePatch, optional('Progress of the sale.'))
  readonly lifeCycle?: OpportunityLifeCyclePatch | null;

  @Field(() => [ContactInput], optional('People of the partner who work on the opportunity, at most 10.'))
  readonly opportunityTeam?: readonly ContactInput[] | null;

  @Field(() => [TagInput], { nullable: true, description: 'Tags for AWS to attach (at most 200). No tags if omitted.' })
  readonly tags?: readonly TagInput[] | null;
}

export function creationOf(input: CreateOpportunityInput, clientToken: string): OpportunityCreation {
  const { catalog, tags, clientToken: _given, ...values } = input;
  return {
    catalog,
    clientToken,
    values,
    tags: (tags ?? []).map(({ key, value }) => ({ key, value })),
  };
}
