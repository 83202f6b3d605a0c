/** Creates opportunities. The payload reports every refusal. */
import { randomUUID } from 'node:crypto';
import { Arg, Ctx, Field, ID, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Opportunity as OpportunityRecord } from '../../partner-central/model/record-types.js';
import type { GraphqlContext } from '../context.js';
import { Opportunity } from '../opportunity/opportunity.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CreateOpportunityInput, creationOf } from './create-opportunity.input.js';
import { EditPayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';

@ObjectType('CreateOpportunityPayload', { description: 'Result of `createOpportunity`.', simpleResolvers: true })
class CreateOpportunityPayload extends EditPayload {
  @Field(() => ID, { nullable: true, description: 'Id of the opportunity. Null if the creation was refused.' })
  readonly opportunityId: string | null;

  @Field(() => Opportunity, {
    nullable: true,
    description:
      'The opportunity as AWS shows it now, also after a repeated mutation. Null if the creation was refused, or if the ' +
      'caller may not read records. It is also null if AWS does not show it within some seconds: then read it later by ' +
      '`opportunityId`.',
  })
  readonly opportunity: OpportunityRecord | null;

  @Field(() => String, {
    description: 'Idempotency key of the creation: the given key, or the key that the gateway has made.',
  })
  readonly clientToken: string;
}

@Resolver()
export class CreateOpportunityResolver {
  @Mutation(() => CreateOpportunityPayload, {
    complexity: LOOK_UP_COST,
    description:
      'Creates an opportunity at AWS, which is not submitted. Costs one write, and one to four reads until AWS shows the ' +
      'opportunity, which takes some seconds. If the response is lost, repeat the mutation with the same `clientToken` ' +
      'and input: the opportunity is created once.',
  })
  async createOpportunity(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => CreateOpportunityInput, { description: 'The opportunity.' }) input: CreateOpportunityInput,
  ): Promise<CreateOpportunityPayload> {
    const clientToken = input.clientToken ?? randomUUID();
    const { record, userErrors } = await runEdit(
      context,
      'createOpportunity',
      creationOf(input, clientToken),
      // Without the id, the caller could not go on with the opportunity.
      ({ id }) => ({ id, opportunity: null }),
    );
    return { opportunityId: record?.id ?? null, opportunity: record?.opportunity ?? null, clientToken, userErrors };
  }
}
