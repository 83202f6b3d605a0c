/** Accepts and rejects invitations. The payload reports every refusal. */
import { Arg, Ctx, Field, InputType, Mutation, ObjectType, Resolver } from 'type-graphql';
import type { Invitation } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import type { GraphqlContext } from '../context.js';
import { EngagementInvitation } from '../invitation/engagement-invitation.type.js';
import { LOOK_UP_COST } from '../record/record-lookup.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import { UpdatePayload } from './edit-payload.type.js';
import { runEdit } from './edit-result.js';

/** The common members of the inputs. Not a type of the schema. */
@InputType()
abstract class InvitationInput {
  @Field(() => CatalogEnum, { description: 'Catalog of the invitation.' })
  readonly catalog: Catalog;

  @Field(() => String, {
    description:
      'Id or ARN of the invitation. The id is `engi-` and 13 digits or small letters, for example ' +
      '`engi-leadpending01`.',
  })
  readonly identifier: string;
}

@InputType('AcceptEngagementInvitationInput', { description: 'The invitation to accept.' })
class AcceptEngagementInvitationInput extends InvitationInput {}

@InputType('RejectEngagementInvitationInput', { description: 'The invitation to reject.' })
class RejectEngagementInvitationInput extends InvitationInput {
  @Field(() => String, {
    nullable: true,
    description:
      'Reason, 1 to 80 printable characters. AWS suggests `Customer problem unclear`, `Next steps unclear`, ' +
      '`Unable to support`, `Duplicate of partner referral` and `Other`. AWS learns none if it is omitted.',
  })
  readonly rejectionReason?: string | null;
}

@ObjectType('EngagementInvitationPayload', {
  description: 'Result of `acceptEngagementInvitation` and `rejectEngagementInvitation`.',
  simpleResolvers: true,
})
class EngagementInvitationPayload extends UpdatePayload {
  @Field(() => EngagementInvitation, {
    nullable: true,
    description:
      'The invitation after the answer. Null if the answer was refused, or if the caller may not read records.',
  })
  readonly engagementInvitation: Invitation | null;
}

const COSTS =
  'Costs two reads and one write, and no write if the invitation has this answer already. If the response is lost, ' +
  'repeat the mutation: a repetition is harmless.';

@Resolver()
export class AnswerInvitationResolver {
  @Mutation(() => EngagementInvitationPayload, {
    complexity: LOOK_UP_COST,
    description:
      'Accepts an invitation to a lead: the account becomes a member of the engagement. An invitation to an opportunity ' +
      `is refused; use \`startEngagementByAcceptingInvitationTask\` for it. ${COSTS}`,
  })
  async acceptEngagementInvitation(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => AcceptEngagementInvitationInput, { description: 'The invitation.' })
    { catalog, identifier }: AcceptEngagementInvitationInput,
  ): Promise<EngagementInvitationPayload> {
    const { record, ...result } = await runEdit(context, 'acceptEngagementInvitation', { catalog, identifier });
    return { ...result, engagementInvitation: record };
  }

  @Mutation(() => EngagementInvitationPayload, {
    complexity: LOOK_UP_COST,
    description: `Rejects an invitation to a lead or to an opportunity, which is final. ${COSTS}`,
  })
  async rejectEngagementInvitation(
    @Ctx() context: GraphqlContext,
    @Arg('input', () => RejectEngagementInvitationInput, { description: 'The rejection.' })
    { catalog, identifier, rejectionReason = null }: RejectEngagementInvitationInput,
  ): Promise<EngagementInvitationPayload> {
    const rejection = { catalog, identifier, reason: rejectionReason };
    const { record, ...result } = await runEdit(context, 'rejectEngagementInvitation', rejection);
    return { ...result, engagementInvitation: record };
  }
}
