/** Edits opportunities. Only a caller without the right to edit gets an error; the payload reports every refusal. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Opportunity as OpportunityRecord } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { Opportunity } from '../opportunity/opportunity.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { DateTime } from '../values/date-time.scalar.js';
import { UpdatePayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';
import { OpportunityPatch } from './opportunity-patch.input.js';

@InputType('UpdateOpportunityInput', { description: 'The opportunity, and its changes.' })
class UpdateOpportunityInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the opportunity.' })
  readonly catalog: Catalog;

  @Field(() => String, { description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.' })
  readonly identifier: string;

  @Field(() => OpportunityPatch, { description: 'The changes.' })
  readonly patch: OpportunityPatch;

  @Field(() => DateTime, {
    nullable: true,
    description:
      '`lastModifiedAt` of the opportunity as the user saw it. Any change since then is an `EDIT_CONFLICT`. Omit it to ' +
      'let the gateway merge the edit with changes of other fields.',
  })
  readonly expectedModifiedAt?: Date | null;
}

@ObjectType('UpdateOpportunityPayload', { description: 'Result of `updateOpportunity`.', simpleResolvers: true })
class UpdateOpportunityPayload extends UpdatePayload {
  @Field(() => Opportunity, {
    nullable: true,
    description: 'The opportunity after the edit. Null if the edit was refused, or if the caller may not read records.',
  })
  readonly opportunity: OpportunityRecord | null;
}

@Resolver()
export class EditOpportunityResolver {
  @Mutation(() => UpdateOpportunityPayload, {
    complexity: LOOK_UP_COST,
    description:
      'Changes the fields of an opportunity that the patch names, and leaves every other field as it is. Costs two reads ' +
      'and one write, and no write if the opportunity has the wanted values already. If the response is lost, repeat ' +
      'the mutation: an edit is never made twice.',
  })
  async updateOpportunity(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => UpdateOpportunityInput, { description: 'The edit.' }) input: UpdateOpportunityInput,
  ): Promise<UpdateOpportunityPayload> {
    const { catalog, identifier, patch, expectedModifiedAt } = input;
    const { record, ...result } = await runEdit(context, 'updateOpportunity', {
      catalog,
      identifier,
      patch,
      expectedModifiedAt: expectedModifiedAt?.getTime() ?? null,
    });
    return { ...result, opportunity: record };
  }
}
