/**
 * What one caller may ask of the server, as numbers and pure rules over a validated document. Nothing here knows a transport: every one
 * of them asks the same questions. A bound that is crossed is reported by name, with the number that would have been right.
 */
import { GraphQLError, Kind, visit, type DocumentNode, type FragmentDefinitionNode, type SelectionSetNode } from 'graphql';
import { SECOND } from '../clock.js';

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

export type LimitName = 'tokens' | 'depth' | 'aliases' | 'rootFields' | 'directives' | 'cost' | 'operationsPerSocket' | 'pipelinedRequests' | 'socketsPerCaller' | 'bodyBytes' | 'headerBytes' | 'jsonDepth';

const EXPLANATIONS: Record<LimitName, string> = {
  tokens: 'The document has too many tokens',
  depth: 'The operation is nested too deeply',
  aliases: 'The document has too many aliases',
  rootFields: 'The operation has too many fields at its root',
  directives: 'The document has too many directives',
  cost: 'The operation is too expensive: ask for fewer fields, a smaller `first` or fewer `inputs`',
  operationsPerSocket: 'Too many operations run on this socket: complete one first',
  pipelinedRequests: 'Too many requests of this connection wait for their answers: neither this one nor those after it were carried out',
  socketsPerCaller: 'Too many connections of this caller are open: close one first',
  bodyBytes: 'The request body, or the message, is too large',
  headerBytes: 'The URL and the header fields of the request are too large: send the operation in the body of a POST, and fewer cookies',
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
  // Memoised by fragment, otherwise fragments that spread each other twice would take exponential time.
  const known = new Map<string, number>();
  function below(set: SelectionSetNode): number {
    let deepest = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) {
        const depth = 1 + (selection.selectionSet === undefined ? 0 : below(selection.selectionSet));
        // The schema's own shape fixes how deep its description is; graphql-js' MaxIntrospectionDepthRule refuses circles in it.
        const free = INTROSPECTION_FIELDS.has(selection.name.value) && depth <= INTROSPECTION_DEPTH;
        deepest = Math.max(deepest, free ? 1 : depth);
      } else if (selection.kind === Kind.INLINE_FRAGMENT) {
        deepest = Math.max(deepest, below(selection.selectionSet));
      } else {
        deepest = Math.max(deepest, ofFragment(selection.name.value));
      }
    }
    return deepest;
  }
  function ofFragment(name: string): number {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const depth = fragment === undefined ? 0 : below(fragment.selectionSet);
    known.set(name, depth);
    return depth;
  }
  return below(root);
}

/** Fragments counted wherever they are spread, and whatever @skip and @include may leave out. */
export function rootFieldsOf(root: SelectionSetNode, fragments: Fragments): number {
  const known = new Map<string, number>();
  function count(set: SelectionSetNode): number {
    let fields = 0;
    for (const selection of set.selections) {
      if (selection.kind === Kind.FIELD) fields += 1;
      else if (selection.kind === Kind.INLINE_FRAGMENT) fields += count(selection.selectionSet);
      else fields += ofFragment(selection.name.value);
    }
    return fields;
  }
  function ofFragment(name: string): number {
    const before = known.get(name);
    if (before !== undefined) return before;
    const fragment = fragments.get(name);
    const fields = fragment === undefined ? 0 : count(fragment.selectionSet);
    known.set(name, fields);
    return fields;
  }
  return count(root);
}

export type Variables = Readonly<Record<string, unknown>>;
