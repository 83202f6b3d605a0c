/** Edits leads. The payload reports every refusal. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Engagement as EngagementRecord } from '../../partner-central/model/record-types.js';
import type { LeadPatch as LeadPatchValues } from '../../edits/patch/lead-members.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { Engagement } from '../engagement/engagement.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { UpdatePayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';
import { part, text } from './patch-field.js';

type CustomerValues = NonNullable<LeadPatchValues['customer']>;

@InputType('LeadAddressPatch', { description: 'Changes of the address of a prospective customer.' })
class LeadAddressPatch implements NonNullable<CustomerValues['address']> {
  @Field(() => String, text('City, at most 255 characters.'))
  readonly city?: string | null;

  @Field(() => String, text('State, province or region, at most 255 characters.'))
  readonly stateOrRegion?: string | null;

  @Field(() => String, text('Postal code, at most 20 characters.'))
  readonly postalCode?: string | null;

  @Field(() => String, text('Country as an ISO 3166-1 code of two letters, for example `US`.'))
  readonly countryCode?: string | null;
}

@InputType('LeadCustomerPatch', { description: 'Changes of a prospective customer.' })
class LeadCustomerPatch implements CustomerValues {
  @Field(() => String, {
    nullable: true,
    description:
      'Name of the company, 1 to 120 characters. Omit it to leave it unchanged. AWS requires it, so null is refused.',
  })
  readonly companyName?: string | null;

  @Field(() => String, text('Industry, at most 255 characters.'))
  readonly industry?: string | null;

  @Field(() => String, text('Web site of the company, at most 255 characters.'))
  readonly websiteUrl?: string | null;

  @Field(() => String, text('Present use of AWS by the company, at most 255 characters.'))
  readonly awsMaturity?: string | null;

  @Field(() => String, text('Market segment, for example `Enterprise`; at most 255 characters.'))
  readonly marketSegment?: string | null;

  @Field(() => LeadAddressPatch, part('Address of the company.'))
  readonly address?: LeadAddressPatch | null;
}

@InputType('LeadPatch', {
  description:
    'Changes of a lead, as a JSON merge patch (RFC 7396) in the field names of `Lead`. An omitted field stays ' +
    'unchanged, and null clears it. Interactions stay as they are.',
})
class LeadPatch implements LeadPatchValues {
  @Field(
    () => String,
    text(
      'State of the qualification: `Qualified`, `Unqualified`, `Disqualified` or a text of the partner; 1 to 255 characters.',
    ),
  )
  readonly qualificationStatus?: string | null;

  @Field(() => LeadCustomerPatch, {
    nullable: true,
    description:
      'The prospective customer. Omit it to leave it unchanged. Fields that it omits stay unchanged. AWS requires it, so ' +
      'null is refused.',
  })
  readonly customer?: LeadCustomerPatch | null;
}

@InputType('UpdateLeadInput', { description: 'The lead, and its changes.' })
class UpdateLeadInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the engagement.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    description:
      'Id or ARN of the engagement. The id is `eng-` and 14 digits or small letters, for example `eng-completes00001`.',
  })
  readonly identifier: string;

  @Field(() => String, { description: 'Number of the context that holds the lead, for example `1`.' })
  readonly contextIdentifier: string;

  @Field(() => LeadPatch, { description: 'The changes.' })
  readonly patch: LeadPatch;

  @Field(() => DateTime, {
    nullable: true,
    description:
      '`modifiedAt` of the engagement as the user saw it. Any change of the engagement since then is an `EDIT_CONFLICT`. ' +
      'Omit it to let the gateway merge the edit with changes of other fields.',
  })
  readonly expectedModifiedAt?: Date | null;
}

@ObjectType('UpdateLeadPayload', { description: 'Result of `updateLead`.', simpleResolvers: true })
class UpdateLeadPayload extends UpdatePayload {
  @Field(() => Engagement, {
    nullable: true,
    description:
      'The engagement after the edit, with the lead. Null if the edit was refused, or if the caller may not read records.',
  })
  readonly engagement: EngagementRecord | null;
}

@Resolver()
export class EditLeadResolver {
  @Mutation(() => UpdateLeadPayload, {
    complexity: LOOK_UP_COST,
    description:
      'Changes the fields of a lead that the patch names, and leaves every other field as it is. Costs two reads and one ' +
      'write, and no write if the lead has the wanted values already. If the response is lost, repeat the mutation: an ' +
      'edit is never made twice.',
  })
  async updateLead(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => UpdateLeadInput, { description: 'The edit.' }) input: UpdateLeadInput,
  ): Promise<UpdateLeadPayload> {
    const { catalog, identifier, contextIdentifier, patch, expectedModifiedAt } = input;
    const { record, ...result } = await runEdit(context, 'updateLead', {
      catalog,
      identifier,
      contextIdentifier,
      patch,
      expectedModifiedAt: expectedModifiedAt?.getTime() ?? null,
    });
    return { ...result, engagement: record };
  }
}
