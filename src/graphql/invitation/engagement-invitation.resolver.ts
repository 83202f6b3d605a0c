/** Reads invitations, and checks if they can be accepted. */
import type { GraphQLResolveInfo } from 'graphql';
import { Arg, Ctx, Extensions, FieldResolver, ID, Info, Int, Query, Resolver, Root } from 'type-graphql';
import type { Invitation, InvitationSummary, ParticipantType } from '../../partner-central/model/record-types.js';
import type { Catalog } from '../../partner-central/model/task-kind.js';
import { acceptanceChecks } from '../../records/readiness/acceptance.js';
import type { Check } from '../../records/readiness/rule.js';
import { verdictOf, type ReadinessVerdict } from '../../records/readiness/verdict.js';
import { assertReadsCatalog } from '../authorization.js';
import { CatalogEnum } from '../values/catalog.enum.js';
import type { GraphqlContext } from '../context.js';
import { EngagementInvitationFilterInput, invitationFilterOf } from './engagement-invitation-filter.input.js';
import { EngagementInvitation } from './engagement-invitation.type.js';
import { RECORD_KEY, recordKey } from '../record/record-key.js';
import {
  CATALOG,
  LOOK_UP_COST,
  MANY,
  SIZED_BY_IDENTIFIERS,
  identifiersOf,
  lookUpMany,
} from '../record/record-lookup.js';
import { AFTER, FIRST, pageRequest } from '../paging.js';
import { ParticipantTypeEnum } from './enums.js';
import { ReadinessCheck } from '../readiness/readiness-check.type.js';
import { VerdictEnum } from '../readiness/verdict.enum.js';
import { connectionOf, recordConnection, type RecordConnection } from '../record/record-connection.type.js';
import { recordOf, type Node } from '../record/record-result.js';
import { selectsOnly } from '../selection.js';
import { INVITATION_SUMMARY, inConnection } from '../record/summary-fields.js';

const EngagementInvitationConnection = recordConnection(EngagementInvitation, 'EngagementInvitation');

@Resolver(() => EngagementInvitation)
export class EngagementInvitationResolver {
  @Query(() => EngagementInvitation, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'An invitation, read from AWS. Null if AWS has no invitation of this id in the catalog. Costs one read.',
  })
  async engagementInvitation(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifier', () => ID, { description: 'Id or ARN of the invitation, for example `engi-completes0001`.' })
    identifier: string,
  ): Promise<Invitation | null> {
    assertReadsCatalog(viewer, catalog);
    return recordOf(await records.invitation(catalog, identifier), now());
  }

  @Extensions(SIZED_BY_IDENTIFIERS)
  @Query(() => [EngagementInvitation], {
    nullable: 'items',
    complexity: LOOK_UP_COST,
    description: `The invitations of these identifiers, ${MANY} Costs one read per invitation.`,
  })
  async engagementInvitationsByIdentifiers(
    @Ctx() context: GraphqlContext,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('identifiers', () => [ID], identifiersOf('Ids or ARNs')) identifiers: readonly string[],
  ): Promise<readonly Node<Invitation>[]> {
    assertReadsCatalog(context.viewer, catalog);
    return lookUpMany(context, identifiers, (id) => context.records.invitation(catalog, id));
  }

  @Query(() => EngagementInvitationConnection, {
    nullable: true,
    complexity: LOOK_UP_COST,
    description:
      'Invitations that the account has received or sent, the most recent first. A page costs one read. With ' +
      "fields that AWS's lists do not contain it costs one more per invitation, as their descriptions say. " +
      'Null, with an entry in `errors`, if reading the page failed.',
  })
  async engagementInvitations(
    @Ctx() { viewer, records, now }: GraphqlContext,
    @Info() info: GraphQLResolveInfo,
    @Arg('catalog', () => CatalogEnum, CATALOG) catalog: Catalog,
    @Arg('participantType', () => ParticipantTypeEnum, {
      nullable: true,
      defaultValue: 'RECEIVER' satisfies ParticipantType,
      description: 'The side of the invitations that the account is on.',
    })
    participantType: ParticipantType | null,
    @Arg('first', () => Int, FIRST) first: number | null,
    @Arg('after', () => String, AFTER) after?: string | null,
    @Arg('filter', () => EngagementInvitationFilterInput, {
      nullable: true,
      description: 'Filter of the invitations. Omit it for all.',
    })
    filter?: EngagementInvitationFilterInput | null,
  ): Promise<RecordConnection<InvitationSummary>> {
    assertReadsCatalog(viewer, catalog);
    const request = pageRequest(first, after);
    const wanted = invitationFilterOf(participantType ?? 'RECEIVER', filter);
    const page = await records.invitations(catalog, wanted, request);
    const read = ({ id }: InvitationSummary) => records.invitation(catalog, id);
    return connectionOf(page, now, selectsOnly(inConnection(INVITATION_SUMMARY), info) ? null : read);
  }

  @FieldResolver(() => ID, RECORD_KEY)
  key(@Root() record: InvitationSummary): string {
    return recordKey(record);
  }

  @FieldResolver(() => [ReadinessCheck], {
    description:
      'Known preconditions of `startEngagementByAcceptingInvitationTask` for this invitation, each with its outcome. ' +
      'In a list it costs one read per invitation.',
  })
  acceptanceReadiness(
    @Root() invitation: InvitationSummary | Invitation,
    @Ctx() { now }: GraphqlContext,
  ): readonly Check[] {
    // The selection decides what is read. A member that is missing from INVITATION_SUMMARY makes the gateway read it
    // all.
    if (!('message' in invitation))
      throw new Error('The readiness of an invitation was selected, but only its summary was read.');
    return acceptanceChecks(invitation, now());
  }

  @FieldResolver(() => VerdictEnum, {
    description: 'The checks of `acceptanceReadiness` in one word. In a list it costs one read per invitation.',
  })
  acceptanceVerdict(
    @Root() invitation: InvitationSummary | Invitation,
    @Ctx() context: GraphqlContext,
  ): ReadinessVerdict {
    return verdictOf(this.acceptanceReadiness(invitation, context));
  }
}
