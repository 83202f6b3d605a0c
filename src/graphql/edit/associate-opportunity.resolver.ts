/** Associates opportunities with solutions, products and offers. The payload reports every refusal. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Opportunity as OpportunityRecord } from '../../partner-central/model/record-types.js';
import type { RelatedEntityType } from '../../partner-central/model/related-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { Association } from '../../partner-central/writes/opportunity-writes.js';
import type { GraphqlContext } from '../context.js';
import { Opportunity } from '../opportunity/opportunity.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { UpdatePayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';
import { RelatedEntityTypeEnum } from './related-entity-type.enum.js';

@InputType('AssociateOpportunityInput', { description: 'The opportunity, and the item that belongs to it.' })
class AssociateOpportunityInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the opportunity.' })
  readonly catalog: Catalog;

  @Field(() => String, { description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.' })
  readonly identifier: string;

  @Field(() => RelatedEntityTypeEnum, { description: 'Kind of the item.' })
  readonly relatedEntityType: RelatedEntityType;

  @Field(() => String, {
    description: 'Identifier of the item, 1 to 255 characters: an ARN for AWS Marketplace, otherwise an id.',
  })
  readonly relatedEntityIdentifier: string;
}

@ObjectType('AssociateOpportunityPayload', {
  description: 'Result of `associateOpportunity` and `disassociateOpportunity`.',
  simpleResolvers: true,
})
class AssociateOpportunityPayload extends UpdatePayload {
  @Field(() => Opportunity, {
    nullable: true,
    description: 'The opportunity after the edit. Null if the edit was refused, or if the caller may not read records.',
  })
  readonly opportunity: OpportunityRecord | null;
}

const COSTS =
  'Costs two reads and one write, and no write if there is nothing to change. If the response is lost, repeat the ' +
  'mutation: a repetition is harmless.';

@Resolver()
export class AssociateOpportunityResolver {
  @Mutation(() => AssociateOpportunityPayload, {
    complexity: LOOK_UP_COST,
    description: `Associates an opportunity with a solution, a product or an offer. ${COSTS}`,
  })
  async associateOpportunity(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => AssociateOpportunityInput, { description: 'The association.' })
    input: AssociateOpportunityInput,
  ): Promise<AssociateOpportunityPayload> {
    const { record, ...result } = await runEdit(context, 'associateOpportunity', associationOf(input));
    return { ...result, opportunity: record };
  }

  @Mutation(() => AssociateOpportunityPayload, {
    complexity: LOOK_UP_COST,
    description:
      `Removes the association of an opportunity with a solution, a product or an offer. ${COSTS} To replace the last ` +
      'solution, associate the new one first.',
  })
  async disassociateOpportunity(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => AssociateOpportunityInput, { description: 'The association.' })
    input: AssociateOpportunityInput,
  ): Promise<AssociateOpportunityPayload> {
    const { record, ...result } = await runEdit(context, 'disassociateOpportunity', associationOf(input));
    return { ...result, opportunity: record };
  }
}

function associationOf(input: AssociateOpportunityInput): Association {
  const { catalog, identifier, relatedEntityType, relatedEntityIdentifier } = input;
  return { catalog, identifier, entityType: relatedEntityType, entityIdentifier: relatedEntityIdentifier };
}
