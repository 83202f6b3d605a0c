/**
 * The updates that a partner makes to records, besides starting tasks. The journal keeps an update as its request.
 * After a restart the same reader parses the request again, so that only valid updates are restored.
 */
import { requestHash } from '../protocol/request-hash.js';
import {
  CATALOG,
  CLIENT_TOKEN,
  CONTEXT_TYPE,
  ENGAGEMENT_ARN_OR_ID,
  type Fields,
  INVITATION_ARN_OR_ID,
  OPPORTUNITY_ID,
  REJECTION_REASON,
  text,
  validated,
} from '../protocol/validation.js';
import { ORIGIN } from '../records/model-values.js';
import { readCustomerProject, readLeadUpdate } from '../records/lead-members.js';
import {
  type Contact,
  type OpportunityMembers,
  readAssignee,
  readContact,
  readOpportunityMembers,
} from '../records/opportunity-members.js';
import { idIn, opportunityCreatedBy } from '../records/record-identifiers.js';

export const RELATED_ENTITIES = [
  'Solutions',
  'AwsProducts',
  'AwsMarketplaceOffers',
  'AwsMarketplaceOfferSets',
  'AwsMarketplaceSolutions',
  'AwsMarketplaceProducts',
] as const;

type Target = { readonly catalog: string; readonly target: string };

export type Creation = Target & {
  readonly operation: 'CreateOpportunity';
  readonly clientToken: string;
  /** The request hash: equal for requests with an equal body. */
  readonly fingerprint: string;
  readonly origin: string | undefined;
  readonly team: readonly Contact[];
  readonly members: OpportunityMembers;
};
export type OpportunityUpdate = Target & {
  readonly operation: 'UpdateOpportunity';
  readonly lastModifiedAt: number;
  readonly members: OpportunityMembers;
};
export type Association = Target & {
  readonly operation: 'AssociateOpportunity' | 'DisassociateOpportunity';
  readonly type: string;
  readonly entity: string;
};
type Assignment = Target & { readonly operation: 'AssignOpportunity'; readonly assignee: Contact };
type Acceptance = Target & { readonly operation: 'AcceptEngagementInvitation' };
type Rejection = Target & { readonly operation: 'RejectEngagementInvitation'; readonly reason: string | undefined };
export type ContextUpdate = Target & {
  readonly operation: 'UpdateEngagementContext';
  readonly contextId: string;
  readonly type: string;
  readonly lastModifiedAt: number;
  readonly lead: ReturnType<typeof readLeadUpdate> | undefined;
  readonly project: ReturnType<typeof readCustomerProject> | undefined;
};

export type UpdateRequest =
  | Creation
  | OpportunityUpdate
  | Association
  | Assignment
  | Acceptance
  | Rejection
  | ContextUpdate;
export type UpdateName = UpdateRequest['operation'];
/** An accepted update. */
export type Update = UpdateRequest & { readonly at: number };

/** The reader of each update's request. Throws a ServiceError for a wrong request. */
export const UPDATES = {
  CreateOpportunity(body: unknown): Creation {
    const request = validated(body, (fields) => {
      fields.tags();
      return {
        catalog: fields.string('Catalog', CATALOG),
        clientToken: fields.string('ClientToken', CLIENT_TOKEN),
        origin: fields.optionalString('Origin', ORIGIN),
        team: fields.optionalStructures('OpportunityTeam', 10, readContact) ?? [],
        members: readOpportunityMembers(fields),
      };
    });
    const target = opportunityCreatedBy('CreateOpportunity', request.catalog, request.clientToken);
    return { operation: 'CreateOpportunity', target, fingerprint: requestHash(body), ...request };
  },

  UpdateOpportunity: (body: unknown): OpportunityUpdate =>
    validated(body, (fields) => ({
      operation: 'UpdateOpportunity',
      catalog: fields.string('Catalog', CATALOG),
      target: fields.string('Identifier', OPPORTUNITY_ID),
      lastModifiedAt: fields.timestamp('LastModifiedDate'),
      members: readOpportunityMembers(fields),
    })),

  AssociateOpportunity: (body: unknown): Association => ({ operation: 'AssociateOpportunity', ...association(body) }),
  DisassociateOpportunity: (body: unknown): Association => ({
    operation: 'DisassociateOpportunity',
    ...association(body),
  }),

  AssignOpportunity: (body: unknown): Assignment =>
    validated(body, (fields) => ({
      operation: 'AssignOpportunity',
      catalog: fields.string('Catalog', CATALOG),
      target: fields.string('Identifier', OPPORTUNITY_ID),
      assignee: fields.structure('Assignee', readAssignee),
    })),

  AcceptEngagementInvitation: (body: unknown): Acceptance => ({
    operation: 'AcceptEngagementInvitation',
    ...targetOf(validated(body, invitation)),
  }),

  RejectEngagementInvitation(body: unknown): Rejection {
    const { reason, ...named } = validated(body, (fields) => ({
      ...invitation(fields),
      reason: fields.optionalString('RejectionReason', REJECTION_REASON),
    }));
    return { operation: 'RejectEngagementInvitation', ...targetOf(named), reason };
  },

  UpdateEngagementContext(body: unknown): ContextUpdate {
    const { identifier, payload, ...request } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      identifier: fields.string('EngagementIdentifier', ENGAGEMENT_ARN_OR_ID),
      contextId: fields.string('ContextIdentifier', text(1, 3)),
      type: fields.string('Type', CONTEXT_TYPE),
      lastModifiedAt: fields.timestamp('EngagementLastModifiedAt'),
      payload: fields.structure('Payload', (payload) => ({
        lead: payload.optionalStructure('Lead', readLeadUpdate),
        project: payload.optionalStructure('CustomerProject', readCustomerProject),
      })),
    }));
    const target = idIn('engagement', request.catalog, identifier);
    return { operation: 'UpdateEngagementContext', target, ...request, ...payload };
  },
} as const satisfies Record<UpdateName, (body: unknown) => UpdateRequest>;

export function isUpdateName(name: unknown): name is UpdateName {
  return typeof name === 'string' && Object.hasOwn(UPDATES, name);
}

function association(body: unknown): Omit<Association, 'operation'> {
  return validated(body, (fields) => ({
    catalog: fields.string('Catalog', CATALOG),
    target: fields.string('OpportunityIdentifier', OPPORTUNITY_ID),
    type: fields.string('RelatedEntityType', { values: RELATED_ENTITIES }),
    entity: fields.string('RelatedEntityIdentifier', text(1, 255)),
  }));
}

type NamedInvitation = ReturnType<typeof invitation>;

function invitation(fields: Fields) {
  return {
    catalog: fields.string('Catalog', CATALOG),
    identifier: fields.string('Identifier', INVITATION_ARN_OR_ID),
  };
}

function targetOf({ catalog, identifier }: NamedInvitation): Target {
  return { catalog, target: idIn('engagement-invitation', catalog, identifier) };
}
