/** Assigns opportunities. The payload reports every refusal. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Opportunity as OpportunityRecord } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { Opportunity } from '../opportunity/opportunity.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { UpdatePayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';

@InputType('AssigneeInput', { description: "A user of the partner's account in Partner Central." })
class AssigneeInput {
  @Field(() => String, {
    description: 'E-mail address of the user in small letters, at most 80 characters. AWS finds the user by it.',
  })
  readonly email: string;

  @Field(() => String, { description: "Given name, at most 80 characters. AWS takes it from the user's profile." })
  readonly firstName: string;

  @Field(() => String, { description: "Family name, at most 80 characters. AWS takes it from the user's profile." })
  readonly lastName: string;

  @Field(() => String, {
    description: 'Role, at most 80 characters. AWS knows `PartnerAccountManager` and `OpportunityOwner`.',
  })
  readonly businessTitle: string;

  @Field(() => String, {
    nullable: true,
    description:
      'Phone number with a plus sign and the code of the country, for example `+12065550100`. Not sent if omitted.',
  })
  readonly phone?: string | null;
}

@InputType('AssignOpportunityInput', { description: 'The opportunity, and the user who receives it.' })
class AssignOpportunityInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the opportunity.' })
  readonly catalog: Catalog;

  @Field(() => String, { description: 'Id of the opportunity: `O` and up to 19 digits, for example `O1000001`.' })
  readonly identifier: string;

  @Field(() => AssigneeInput, { description: 'The user who receives the opportunity.' })
  readonly assignee: AssigneeInput;
}

@ObjectType('AssignOpportunityPayload', { description: 'Result of `assignOpportunity`.', simpleResolvers: true })
class AssignOpportunityPayload extends UpdatePayload {
  @Field(() => Opportunity, {
    nullable: true,
    description:
      'The opportunity after the edit, with the user in `opportunityTeam`. Null if the edit was refused, or if the ' +
      'caller may not read records.',
  })
  readonly opportunity: OpportunityRecord | null;
}

@Resolver()
export class AssignOpportunityResolver {
  @Mutation(() => AssignOpportunityPayload, {
    complexity: LOOK_UP_COST,
    description:
      "Assigns an opportunity to another user of the partner's account. AWS has no list of the users. Costs two reads " +
      'and one write, and no write if only this user has the role already. If the response is lost, repeat the ' +
      'mutation: a repetition is harmless.',
  })
  async assignOpportunity(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => AssignOpportunityInput, { description: 'The assignment.' }) input: AssignOpportunityInput,
  ): Promise<AssignOpportunityPayload> {
    const { catalog, identifier, assignee } = input;
    const { email, firstName, lastName, businessTitle, phone = null } = assignee;
    const { record, ...result } = await runEdit(context, 'assignOpportunity', {
      catalog,
      identifier,
      assignee: { email, firstName, lastName, businessTitle, phone },
    });
    return { ...result, opportunity: record };
  }
}
