/**
 * Reads, creates and updates whole records as AWS's own JSON. An update replaces the whole record, so it must send back
 * every member, also one that the SDK does not know and drops.
 */
import type {
  CreateOpportunityRequest,
  GetEngagementResponse,
  GetOpportunityResponse,
  UpdateLeadContext,
  UpdateOpportunityRequest,
} from '@aws-sdk/client-partnercentral-selling';
import { isJsonObject, isRecord } from '../runtime/guards.js';
import { parseExactJson, stringifyExactJson } from '../runtime/json/exact-json.js';
import { cleanBody } from './bounded-answer.js';
import { EmptyAnswer, idOf, notEmpty, timeOf } from './mappers/nullable.js';
import { engagementOf } from './mappers/engagement.js';
import { opportunityOf } from './mappers/opportunity.js';
import { CATALOG } from './model/enum-mapping.js';
import type { Engagement, Opportunity } from './model/record-types.js';
import type { Catalog } from './model/task-kind.js';
import type { ById, RecordOperation } from './record-operations.js';
import type { CallOptions } from './task-operations.js';

/** The members that UpdateOpportunity takes. */
export type OpportunityUpdate = UpdateOpportunityRequest;
/** The members that UpdateEngagementContext takes for a lead. */
export type LeadUpdate = UpdateLeadContext;
/** The members that CreateOpportunity takes. */
export type NewOpportunity = CreateOpportunityRequest;

export type JsonObject = Readonly<Record<string, unknown>>;

/** A record, and the JSON that it was read from. */
export type RawRecord<T> = { readonly json: JsonObject; readonly record: T };

/** The time of the change, by which the next update proves that it knows it; null if AWS gave none. */
export type Updated = { readonly modifiedAt: number | null };

export const GET_RAW_OPPORTUNITY: RecordOperation<ById, RawRecord<Opportunity>> = {
  operation: 'GetOpportunity',
  async send(sdk, client, { catalog, id }, options) {
    const raw = keepBody(options);
    const command = new sdk.GetOpportunityCommand({ Catalog: CATALOG[catalog], Identifier: id });
    const answer = await client.send(command, raw.options);
    return { record: opportunityOf(notEmpty(answer, 'an opportunity'), catalog, id), json: raw.json() };
  },
};

/** The query is the whole request. */
export const UPDATE_OPPORTUNITY: RecordOperation<JsonObject, Updated> = {
  operation: 'UpdateOpportunity',
  async send(sdk, client, request, options) {
    // The SDK builds a request of the members that it requires, and the whole one takes its place.
    const command = new sdk.UpdateOpportunityCommand({
      Catalog: undefined,
      Identifier: undefined,
      LastModifiedDate: undefined,
    });
    const body = stringifyExactJson(request);
    command.middlewareStack.add((next) => (args) => next(withBody(args, body)), BEFORE_LENGTH_AND_SIGNATURE);
    const answer = await client.send(command, options);
    return { modifiedAt: timeOf(notEmpty(answer, 'an update').LastModifiedDate) };
  },
};

/** The query is the whole request. A repetition of it answers with the same opportunity. */
export const CREATE_OPPORTUNITY: RecordOperation<JsonObject, { readonly id: string }> = {
  operation: 'CreateOpportunity',
  async send(sdk, client, request, options) {
    const command = new sdk.CreateOpportunityCommand({ Catalog: undefined, ClientToken: undefined });
    const body = stringifyExactJson(request);
    command.middlewareStack.add((next) => (args) => next(withBody(args, body)), BEFORE_LENGTH_AND_SIGNATURE);
    const id = idOf((await client.send(command, options)).Id);
    if (id === null) throw new EmptyAnswer('a new opportunity');
    return { id };
  },
};

export const GET_RAW_ENGAGEMENT: RecordOperation<ById, RawRecord<Engagement>> = {
  operation: 'GetEngagement',
  async send(sdk, client, { catalog, id }, options) {
    const raw = keepBody(options);
    const command = new sdk.GetEngagementCommand({ Catalog: CATALOG[catalog], Identifier: id });
    const answer = await client.send(command, raw.options);
    return { record: engagementOf(notEmpty(answer, 'an engagement'), catalog, id), json: raw.json() };
  },
};

/** The query is the whole request. */
export const UPDATE_ENGAGEMENT_CONTEXT: RecordOperation<JsonObject, Updated> = {
  operation: 'UpdateEngagementContext',
  async send(sdk, client, request, options) {
    const command = new sdk.UpdateEngagementContextCommand({
      Catalog: undefined,
      EngagementIdentifier: undefined,
      ContextIdentifier: undefined,
      EngagementLastModifiedAt: undefined,
      Type: undefined,
      Payload: undefined,
    });
    const body = stringifyExactJson(request);
    command.middlewareStack.add((next) => (args) => next(withBody(args, body)), BEFORE_LENGTH_AND_SIGNATURE);
    const answer = await client.send(command, options);
    return { modifiedAt: timeOf(notEmpty(answer, 'an update').EngagementLastModifiedAt) };
  },
};

/** The opportunity that AWS would answer with this JSON. */
export function opportunityFromJson(json: JsonObject, catalog: Catalog, id: string): Opportunity {
  // The mapper takes nothing for granted about the type of a member.
  const raw: GetOpportunityResponse = asSdkReads(json);
  return opportunityOf(raw, catalog, id);
}

/** The engagement that AWS would answer with this JSON. */
export function engagementFromJson(json: JsonObject, catalog: Catalog, id: string): Engagement {
  const raw: GetEngagementResponse = asSdkReads(json);
  return engagementOf(raw, catalog, id);
}

/** Any JSON, with Dates in place of the texts that the SDK reads as times. */
function asSdkReads(json: JsonObject) {
  return JSON.parse(Buffer.from(cleanBody(Buffer.from(stringifyExactJson(json)))).toString(), (name, value: unknown) =>
    INSTANTS.has(name) && typeof value === 'string' ? new Date(value) : value,
  );
}

/** The members of opportunities and engagements that the SDK reads as times. */
const INSTANTS: ReadonlySet<string> = new Set([
  'CreatedAt',
  'CreatedDate',
  'EndTime',
  'InteractionDate',
  'LastModifiedDate',
  'ModifiedAt',
  'StartTime',
  'Time',
]);

/** The SDK sets the length of the body in the same step with a lower priority, and signs in the next step. */
const BEFORE_LENGTH_AND_SIGNATURE = { step: 'build', priority: 'high', name: 'sendRawBody' } as const;

function withBody<Args extends { readonly request: unknown }>(args: Args, body: string): Args {
  if (!isRecord(args.request)) throw new Error('The SDK built no request.');
  Object.assign(args.request, { body });
  return args;
}

/** The options of a call that keeps the body of its answer. */
function keepBody(options: CallOptions) {
  let body: Uint8Array | undefined;
  const onAnswer = (bytes: Uint8Array): void => {
    body = bytes;
  };
  const keeping: CallOptions = { ...options, onAnswer };
  return {
    options: keeping,
    /** @throws when the body is not a JSON object in UTF-8 */
    json(): JsonObject {
      const json = parseExactJson(new TextDecoder('utf-8', { fatal: true }).decode(body));
      if (!isJsonObject(json)) throw new EmptyAnswer('a record');
      return json;
    },
  };
}
