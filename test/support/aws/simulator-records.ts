/** Operations on the records of a partner through the genuine SDK, by default in the Sandbox. */
import {
  AcceptEngagementInvitationCommand,
  AssignOpportunityCommand,
  type AssigneeContact,
  AssociateOpportunityCommand,
  CreateOpportunityCommand,
  type CreateOpportunityCommandInput,
  DisassociateOpportunityCommand,
  GetAwsOpportunitySummaryCommand,
  GetEngagementCommand,
  GetEngagementInvitationCommand,
  GetOpportunityCommand,
  type GetOpportunityCommandOutput,
  GetResourceSnapshotJobCommand,
  ListEngagementInvitationsCommand,
  type ListEngagementInvitationsCommandInput,
  ListEngagementResourceAssociationsCommand,
  type ListEngagementResourceAssociationsCommandInput,
  ListEngagementsCommand,
  type ListEngagementsCommandInput,
  ListOpportunitiesCommand,
  type ListOpportunitiesCommandInput,
  ListSolutionsCommand,
  type ListSolutionsCommandInput,
  RejectEngagementInvitationCommand,
  type RelatedEntityType,
  UpdateEngagementContextCommand,
  UpdateOpportunityCommand,
  type UpdateOpportunityCommandInput,
} from '@aws-sdk/client-partnercentral-selling';
import { SECOND } from '../../../src/runtime/clock.js';
import type { Partner } from './simulator-client.js';

type Change = Partial<UpdateOpportunityCommandInput>;

export function recordsOf({ client }: Pick<Partner, 'client'>, Catalog: 'Sandbox' | 'AWS' = 'Sandbox') {
  const getOpportunity = (Identifier: string) => client.send(new GetOpportunityCommand({ Catalog, Identifier }));
  const getEngagement = (Identifier: string) => client.send(new GetEngagementCommand({ Catalog, Identifier }));
  const association = (
    OpportunityIdentifier: string,
    RelatedEntityIdentifier: string,
    RelatedEntityType: RelatedEntityType = 'Solutions',
  ) => ({ Catalog, OpportunityIdentifier, RelatedEntityType, RelatedEntityIdentifier });
  const associate = (...names: Parameters<typeof association>) =>
    client.send(new AssociateOpportunityCommand(association(...names)));
  /** Reads the whole object and writes it back with the change. */
  const update = async (Identifier: string, change: (before: GetOpportunityCommandOutput) => Change) => {
    const before = await getOpportunity(Identifier);
    return client.send(new UpdateOpportunityCommand({ ...before, Identifier, ...change(before) }));
  };
  /** Sets the qualification status of the lead in context 1 of an engagement. */
  const qualify = async (id: string, QualificationStatus: string, modifiedAt?: Date) => {
    const { Contexts: [context] = [], ModifiedAt } = await getEngagement(id);
    const Customer = context?.Payload?.Lead?.Customer ?? { CompanyName: 'Nobody' };
    return client.send(
      new UpdateEngagementContextCommand({
        Catalog,
        EngagementIdentifier: id,
        ContextIdentifier: '1',
        EngagementLastModifiedAt: modifiedAt ?? ModifiedAt,
        Type: 'Lead',
        Payload: { Lead: { QualificationStatus, Customer } },
      }),
    );
  };
  /** Completes an opportunity for submission with the values of O1000001. */
  const complete = async (id: string) => {
    const { PrimaryNeedsFromAws, Customer, Project, Marketing } = await getOpportunity('O1000001');
    await associate(id, 'S-0000001');
    return update(id, () => ({
      PartnerOpportunityIdentifier: 'CRM-1',
      PrimaryNeedsFromAws,
      Customer,
      Project,
      Marketing,
    }));
  };

  return {
    getOpportunity,
    getEngagement,
    create: (ClientToken: string, input: Partial<CreateOpportunityCommandInput> = {}) =>
      client.send(new CreateOpportunityCommand({ Catalog, ClientToken, ...input })),
    associate,
    disassociate: (...names: Parameters<typeof association>) =>
      client.send(new DisassociateOpportunityCommand(association(...names))),
    assign: (Identifier: string, Assignee: AssigneeContact) =>
      client.send(new AssignOpportunityCommand({ Catalog, Identifier, Assignee })),
    update,
    getInvitation: (Identifier: string) => client.send(new GetEngagementInvitationCommand({ Catalog, Identifier })),
    getJob: (ResourceSnapshotJobIdentifier = '') =>
      client.send(new GetResourceSnapshotJobCommand({ Catalog, ResourceSnapshotJobIdentifier })),
    accept: (Identifier: string) => client.send(new AcceptEngagementInvitationCommand({ Catalog, Identifier })),
    reject: (Identifier: string, RejectionReason?: string) =>
      client.send(
        new RejectEngagementInvitationCommand({
          Catalog,
          Identifier,
          ...(RejectionReason === undefined ? {} : { RejectionReason }),
        }),
      ),
    listOpportunities: (input: Partial<ListOpportunitiesCommandInput> = {}) =>
      client.send(new ListOpportunitiesCommand({ Catalog, ...input })),
    listEngagements: (input: Partial<ListEngagementsCommandInput> = {}) =>
      client.send(new ListEngagementsCommand({ Catalog, ...input })),
    listInvitations: (input: Partial<ListEngagementInvitationsCommandInput> = {}) =>
      client.send(new ListEngagementInvitationsCommand({ Catalog, ParticipantType: 'RECEIVER', ...input })),
    listAssociations: (input: Partial<ListEngagementResourceAssociationsCommandInput> = {}) =>
      client.send(new ListEngagementResourceAssociationsCommand({ Catalog, ...input })),
    getAwsSummary: (RelatedOpportunityIdentifier: string) =>
      client.send(new GetAwsOpportunitySummaryCommand({ Catalog, RelatedOpportunityIdentifier })),
    listSolutions: (input: Partial<ListSolutionsCommandInput> = {}) =>
      client.send(new ListSolutionsCommand({ Catalog, ...input })),
    qualify,
    complete,
  };
}

/** Starts a task, lets it end, and repeats the start for its final state. */
export async function runToEnd<T>({ clock }: Partner, start: () => Promise<T>): Promise<T> {
  await start();
  await clock.advance(3 * SECOND);
  return start();
}
