/**
 * The limits of one caller, as numbers and pure rules over a validated document, the same for every transport. Each limit that is crossed is
 * reported by name, with its maximum and the actual value. The rules are our own, because graphql-armor stops at the first crossed limit, gives
 * the value only in a text, and lets `__schema` nest freely.
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

export type Rate = { readonly perSecond: number; readonly burst: number };

export type Limits = {
  /** Of a request body and of a WebSocket message: room for a batch of 200 starts with long tokens and some tags each. */
  readonly bodyBytes: number;
  readonly tokens: number;
  readonly depth: number;
  readonly aliases: number;
  readonly rootFields: number;
  readonly directives: number;
  /** Fields to resolve at most, lists counted `first` times, what is dear about the results of a batch once for each, and a field that the schema calls complex as often as it says. */
  readonly cost: number;
  readonly operationsPerSocket: number;
  /** Requests of one HTTP connection that wait for their answers. Browsers and load balancers send one at a time. */
  readonly pipelinedRequests: number;
  /** WebSockets and open event streams of one subject together. */
  readonly socketsPerCaller: number;
  readonly initTimeoutMs: number;
  /** What a reader that does not read may keep in the server's memory before its source is no longer asked. */
  readonly bufferedBytes: number;
  /** How long a reader may refuse to take a byte before it is cut off; it resumes by its cursor. */
  readonly stalledMs: number;
  /** Per subject, each field at the root of an operation counted: ten starts in one document are ten. */
  readonly mutations: Rate;
  /** Per subject; a phone that comes out of a tunnel opens all its streams at once, hence the burst. */
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

/** The settings that change the limits, for the operator's log. Clients read the names of the limits. */
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
    'Too many requests of this connection wait for their answers: neither this one nor those after it were carried out',
  socketsPerCaller: 'Too many connections of this caller are open: close one first',
  bodyBytes: 'The request body, or the message, is too large',
  headerBytes:
    'The URL and the header fields of the request are too large: send the operation in the body of a POST, and fewer cookies',
  jsonDepth: 'The JSON is nested too deeply',
};

export function limitExceeded(limit: LimitName, maximum: number, actual?: number): GraphQLError {
  const asked = actual === undefined ? '' : `, asked ${actual}`;
  return new GraphQLError(`${EXPLANATIONS[limit]} (at most ${maximum}${asked}).`, {
    extensions: { code: 'LIMIT_EXCEEDED', limit, maximum, ...(actual === undefined ? {} : { actual }) },
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

/** Every rule that does not depend on variables. The document is valid, so that its fragments form no cycle. */
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

/** @returns whether some operation or fragment asks for the schema; `__typename` does not. */
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
    // The schema's own shape fixes how deep its description is; graphql-js' MaxIntrospectionDepthRule refuses circles in it.
    return INTROSPECTION_FIELDS.has(field.name.value) && depth <= INTROSPECTION_DEPTH ? 1 : depth;
  };
  return measure(root, fragments, ofField, (values) => values.reduce((deepest, depth) => Math.max(deepest, depth), 0));
}

/** Fragments counted wherever they are spread, and whatever @skip and @include may leave out. */
export function rootFieldsOf(root: SelectionSetNode, fragments: Fragments): number {
  return measure(root, fragments, () => 1, sum);
}

/**
 * Measures a selection set. A fragment is measured once, because fragments that spread each other twice would take exponential time.
 * @param ofField measures a field; `below` measures what is selected in it, and is 0 where nothing is
 * @param join makes one value of those of all selections of a set
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
