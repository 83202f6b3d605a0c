/**
 * The updates that a partner makes to records, besides starting tasks. The journal keeps an update as its request.
 * After a restart the same reader parses the request again, so that only valid updates are restored.
 */
import { idIn } from '../records/record-identifiers.js';
import { type OpportunityMembers, readOpportunityMembers } from '../records/opportunity-members.js';
import {
  CATALOG,
  CONTEXT_TYPE,
  ENGAGEMENT_ARN_OR_ID,
  type Fields,
  INVITATION_ARN_OR_ID,
  OPPORTUNITY_ID,
  text,
  validated,
} from '../protocol/validation.js';

export const RELATED_ENTITIES = [
  'Solutions',
  'AwsProducts',
  'AwsMarketplaceOffers',
  'AwsMarketplaceOfferSets',
  'AwsMarketplaceSolutions',
  'AwsMarketplaceProducts',
] as const;

type Target = { readonly catalog: string; readonly target: string };

export type OpportunityUpdate = Target & {
  readonly operation: 'UpdateOpportunity';
  readonly lastModifiedAt: number;
  readonly members: OpportunityMembers;
};
export type Association = Target & {
  readonly operation: 'AssociateOpportunity';
  readonly type: string;
  readonly entity: string;
};
export type Acceptance = Target & { readonly operation: 'AcceptEngagementInvitation' };
export type ContextUpdate = Target & {
  readonly operation: 'UpdateEngagementContext';
  readonly contextId: string;
  readonly type: string;
  readonly lastModifiedAt: number;
  readonly lead: LeadUpdate | undefined;
  readonly project: CustomerProject | undefined;
};

export type UpdateRequest = OpportunityUpdate | Association | Acceptance | ContextUpdate;
export type UpdateName = UpdateRequest['operation'];
export type Update = UpdateRequest & { readonly at: number };

/** The reader of each update's request. Throws a ServiceError for a wrong request. */
export const UPDATES = {
  UpdateOpportunity: (body: unknown): OpportunityUpdate =>
    validated(body, (fields) => ({
      operation: 'UpdateOpportunity',
      catalog: fields.string('Catalog', CATALOG),
      target: fields.string('Identifier', OPPORTUNITY_ID),
      lastModifiedAt: fields.timestamp('LastModifiedDate'),
      members: readOpportunityMembers(fields),
    })),

  AssociateOpportunity: (body: unknown): Association =>
    validated(body, (fields) => ({
      operation: 'AssociateOpportunity',
      catalog: fields.string('Catalog', CATALOG),
      target: fields.string('OpportunityIdentifier', OPPORTUNITY_ID),
      type: fields.string('RelatedEntityType', { values: RELATED_ENTITIES }),
      entity: fields.string('RelatedEntityIdentifier', text(1, 255)),
    })),

  AcceptEngagementInvitation(body: unknown): Acceptance {
    const { catalog, identifier } = validated(body, (fields) => ({
      catalog: fields.string('Catalog', CATALOG),
      identifier: fields.string('Identifier', INVITATION_ARN_OR_ID),
    }));
    return {
      operation: 'AcceptEngagementInvitation',
      catalog,
      target: idIn('engagement-invitation', catalog, identifier),
    };
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

type LeadUpdate = ReturnType<typeof readLeadUpdate>;
export type CustomerProject = ReturnType<typeof readCustomerProject>;
/** The lead of an engagement. An update adds at most one interaction. */
export type Lead = Omit<LeadUpdate, 'Interaction'> & {
  readonly Interactions: readonly ReturnType<typeof readInteraction>[];
};

const UP_TO_255 = text(0, 255);

function readLeadUpdate(lead: Fields) {
  return {
    QualificationStatus: lead.optionalString('QualificationStatus', text(1, 255)),
    Customer: lead.structure('Customer', (customer) => ({
      CompanyName: customer.string('CompanyName', text(1, 120)),
      Industry: customer.optionalString('Industry', UP_TO_255),
      WebsiteUrl: customer.optionalString('WebsiteUrl', UP_TO_255),
      AwsMaturity: customer.optionalString('AwsMaturity', UP_TO_255),
      MarketSegment: customer.optionalString('MarketSegment', UP_TO_255),
      Address: customer.optionalStructure('Address', (address) => ({
        City: address.optionalString('City', UP_TO_255),
        PostalCode: address.optionalString('PostalCode', UP_TO_255),
        StateOrRegion: address.optionalString('StateOrRegion', UP_TO_255),
        CountryCode: address.optionalString('CountryCode', UP_TO_255),
      })),
    })),
    Interaction: lead.optionalStructure('Interaction', readInteraction),
    Insights: lead.optionalStructure('Insights', (insights) => ({
      LeadReadinessScore: insights.optionalString('LeadReadinessScore', UP_TO_255),
    })),
  };
}

function readInteraction(interaction: Fields) {
  const date = interaction.optionalTimestamp('InteractionDate');
  return {
    SourceType: interaction.optionalString('SourceType', UP_TO_255),
    SourceId: interaction.optionalString('SourceId', UP_TO_255),
    SourceName: interaction.optionalString('SourceName', UP_TO_255),
    Usecase: interaction.optionalString('Usecase', UP_TO_255),
    InteractionDate: date === undefined ? undefined : new Date(date).toISOString(),
    CustomerAction: interaction.optionalString('CustomerAction', UP_TO_255),
    BusinessProblem: interaction.optionalString('BusinessProblem', text(0, 2000)),
    Contact: interaction.structure('Contact', (contact) => ({
      BusinessTitle: contact.string('BusinessTitle', text(1, 255)),
      Email: contact.string('Email', text(1, 255)),
      FirstName: contact.string('FirstName', text(0, 80)),
      LastName: contact.string('LastName', text(0, 80)),
      Phone: contact.optionalString('Phone', UP_TO_255),
    })),
  };
}

function readCustomerProject(context: Fields) {
  return {
    Customer: context.optionalStructure('Customer', (customer) => ({
      CompanyName: customer.string('CompanyName', text(1, 120)),
      Industry: customer.string('Industry', text(1, 255)),
      WebsiteUrl: customer.string('WebsiteUrl', text(4, 255)),
      CountryCode: customer.string('CountryCode', text(2, 2)),
    })),
    Project: context.optionalStructure('Project', (project) => ({
      Title: project.string('Title', text(1, 255)),
      BusinessProblem: project.string('BusinessProblem', text(20, 2000)),
      TargetCompletionDate: project.string('TargetCompletionDate', text(10, 10)),
    })),
  };
}
