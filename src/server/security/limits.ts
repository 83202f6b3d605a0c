/**
 * The limits of one caller: their values, and pure rules over a validated document, equal for every transport. An error
 * names each crossed limit with its maximum and the actual value. No library serves: graphql-armor stops at the first
 * crossed limit, gives the value only as text, and lets `__schema` nest freely.
 */
import {
  GraphQLError,
  Kind,
  visit,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type SelectionNode,
  type SelectionSetNode,
} from 'graphql';
import { SECOND } from '../../runtime/clock.js';
import type { ServerErrorCode } from './error-codes.js';

export type Rate = { readonly perSecond: number; readonly burst: number };

export type Limits = {
  /** Bytes of a request body or a WebSocket message. A batch of 200 starts with long tokens and some tags fits. */
  readonly bodyBytes: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Fields that an operation may resolve, counted as documents/cost.ts says. */
  readonly cost: number;
  readonly operationsPerSocket: number;
  /** Requests of one HTTP connection that wait for their responses. Browsers and load balancers send one at a time. */
  readonly pipelinedRequests: number;
  /** WebSockets and event streams that one subject may hold open, together. */
  readonly socketsPerCaller: number;
  readonly initTimeoutMs: number;
  /** Unsent bytes of a slow subscriber. Above it, the server asks the source for no further event. */
  readonly bufferedBytes: number;
  /** The time after which a subscriber that takes no byte is disconnected. It resumes by its cursor. */
  readonly stalledMs: number;
  /** The rate of one subject. Each root field counts, so that ten starts in one document count as ten. */
  readonly mutations: Rate;
  /** The rate of one subject. The burst lets a device that reconnects open all its streams at once. */
  readonly streams: Rate;
};

export const DEFAULT_LIMITS: Limits = {
  bodyBytes: 256 * 1024,
  tokens: 1000,
  depth: 12,
  aliases: 15,
  rootFields: 10,
  directives: 50,
  cost: 5000,
  operationsPerSocket: 100,
  pipelinedRequests: 32,
  socketsPerCaller: 500,
  initTimeoutMs: 10 * SECOND,
  bufferedBytes: 64 * 1024,
  stalledMs: 30 * SECOND,
  mutations: { perSecond: 20, burst: 200 },
  streams: { perSecond: 50, burst: 1000 },
};

/** The settings of the limits, for the operator's log. Clients see the names of the limits. */
export const SETTING_OF = {
  tokens: 'LIMIT_TOKENS',
  depth: 'LIMIT_DEPTH',
  aliases: 'LIMIT_ALIASES',
  rootFields: 'LIMIT_ROOT_FIELDS',
  directives: 'LIMIT_DIRECTIVES',
  cost: 'LIMIT_COST',
  operationsPerSocket: 'LIMIT_OPERATIONS_PER_SOCKET',
  pipelinedRequests: 'LIMIT_PIPELINED_REQUESTS',
  socketsPerCaller: 'LIMIT_STREAMS_PER_CALLER',
  bodyBytes: 'LIMIT_BODY_BYTES',
  mutations: 'LIMIT_MUTATIONS_PER_SECOND and LIMIT_MUTATIONS_BURST',
  streams: 'LIMIT_SUBSCRIPTIONS_PER_SECOND and LIMIT_SUBSCRIPTIONS_BURST',
} as const;

/** The standard introspection query is 15 fields deep (graphql 16.15): nine wrapping types below an argument's type. */
const INTROSPECTION_DEPTH = 20;

export const INTROSPECTION_FIELDS: ReadonlySet<string> = new Set(['__schema', '__type']);

export type LimitName =
  | 'tokens'
  | 'depth'
  | 'aliases'
  | 'rootFields'
  | 'directives'
  | 'cost'
  | 'operationsPerSocket'
  | 'pipelinedRequests'
  | 'socketsPerCaller'
  | 'bodyBytes'
  | 'headerBytes'
  | 'jsonDepth';

const EXPLANATIONS: Record<LimitName, string> = {
  tokens: 'The document has too many tokens',
  depth: 'The operation is nested too deeply',
  aliases: 'The document has too many aliases',
  rootFields: 'The operation has too many fields at its root',
  directives: 'The document has too many directives',
  cost: 'The operation is too expensive: ask for fewer fields, a smaller `first` or fewer `inputs`',
  operationsPerSocket: 'Too many operations run on this socket: complete one first',
  pipelinedRequests:
    'Too many requests of this connection wait for their responses: this request and those after it were not executed',
  socketsPerCaller: 'Too many connections of this caller are open: close one first',
  bodyBytes: 'The request body, or the message, is too large',
  headerBytes:
    'The URL and the header fields of the request are too large: send the operation in the body of a POST, and ' +
    'fewer cookies',
  jsonDepth: 'The JSON is nested too deeply',
};

export function limitExceeded(limit: LimitName, maximum: number, actual?: number): GraphQLError {
  const got = actual === undefined ? '' : `, got ${actual}`;
  return new GraphQLError(`${EXPLANATIONS[limit]} (limit ${maximum}${got}).`, {
    extensions: {
      code: 'LIMIT_EXCEEDED' satisfies ServerErrorCode,
      limit,
      maximum,
      ...(actual === undefined ? {} : { actual }),
    },
  });
}

export type Fragments = ReadonlyMap<string, FragmentDefinitionNode>;

export function fragmentsOf(document: DocumentNode): Fragments {
  const fragments = new Map<string, FragmentDefinitionNode>();
  for (const definition of document.definitions) {
    if (definition.kind === Kind.FRAGMENT_DEFINITION) fragments.set(definition.name.value, definition);
  }
  return fragments;
}

/** Checks every limit that does not depend on variables. @param document a valid one, whose fragments form no cycle */
export function documentExceeds(document: DocumentNode, limits: Limits): readonly GraphQLError[] {
  const fragments = fragmentsOf(document);
  let aliases = 0;
  let directives = 0;
  visit(document, {
    Field(node) {
      if (node.alias !== undefined) aliases += 1;
    },
    Directive() {
      directives += 1;
    },
  });
  let depth = 0;
  let rootFields = 0;
  for (const definition of document.definitions) {
    if (definition.kind !== Kind.OPERATION_DEFINITION) continue;
    depth = Math.max(depth, depthOf(definition.selectionSet, fragments));
    rootFields = Math.max(rootFields, rootFieldsOf(definition.selectionSet, fragments));
  }
  const measured = { depth, rootFields, aliases, directives };
  const crossed: GraphQLError[] = [];
  for (const limit of ['depth', 'rootFields', 'aliases', 'directives'] as const) {
    if (measured[limit] > limits[limit]) crossed.push(limitExceeded(limit, limits[limit], measured[limit]));
  }
  return crossed;
}

/** @returns true if an operation or a fragment selects `__schema` or `__type` */
export function asksForSchema(document: DocumentNode): boolean {
  let asks = false;
  visit(document, {
    Field(node) {
      if (INTROSPECTION_FIELDS.has(node.name.value)) asks = true;
    },
  });
  return asks;
}

function depthOf(root: SelectionSetNode, fragments: Fragments): number {
  const ofField = (field: FieldNode, below: () => number): number => {
    const depth = 1 + below();
    // Introspection is bounded by the shape of the schema, and MaxIntrospectionDepthRule of graphql-js refuses cycles.
    return INTROSPECTION_FIELDS.has(field.name.value) && depth <= INTROSPECTION_DEPTH ? 1 : depth;
  };
  return measure(root, fragments, ofField, (values) => values.reduce((deepest, depth) => Math.max(deepest, depth), 0));
}

/** Counts the fields at the root. Fragments count at each spread, and @skip and @include are ignored. */
export function rootFieldsOf(root: SelectionSetNode, fragments: Fragments): number {
  return measure(root, fragments, () => 1, sum);
}

/**
 * Measures a selection set. Each fragment is measured once, because fragments that spread each other twice would
 * otherwise take exponential time.
 * @param ofField measures a field; `below` measures its selection set, and is 0 without one
 * @param join combines the values of the selections of a set
 */
export function measure(
  root: SelectionSetNode,
  fragments: Fragments,
  ofField: (field: FieldNode, below: () => number) => number,
  join: (values: readonly number[]) => number,
): number {
  const known = new Map<string, number>();
  const ofSet = (set: SelectionSetNode | undefined): number =>
    set === undefined ? 0 : join(set.selections.map(ofSelection));
  function ofSelection(selection: SelectionNode): number {
    if (selection.kind === Kind.FIELD) return ofField(selection, () => ofSet(selection.selectionSet));
    if (selection.kind === Kind.INLINE_FRAGMENT) return ofSet(selection.selectionSet);
    const name = selection.name.value;
    const value = known.get(name) ?? ofSet(fragments.get(name)?.selectionSet);
    known.set(name, value);
    return value;
  }
  return ofSet(root);
}

export function sum(values: readonly number[]): number {
  return values.reduce((total, value) => total + value, 0);
}

export type Variables = Readonly<Record<string, unknown>>;
