/**
 * Parses and validates each document once for all callers and transports, and caches the valid ones. Checks that need
 * only the text happen here. The cost depends on variables, and is computed for each request. The parser of graphql-js
 * counts the tokens, because graphql-armor's max-tokens replaces a private member of the parser. Neither counts
 * comments.
 */
import {
  GraphQLError,
  Kind,
  OperationTypeNode,
  TokenKind,
  parse,
  specifiedRules,
  validate,
  type DocumentNode,
  type GraphQLSchema,
  type OperationDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { createSizedCache } from '../../runtime/loading/cache.js';
import { isIncluded } from './conditions.js';
import { costOf } from './cost.js';
import { createEnumAdvice, noAdvice, type Advise } from './enum-advice.js';
import {
  asksForSchema,
  documentExceeds,
  fragmentsOf,
  limitExceeded,
  type Limits,
  type Variables,
} from '../security/limits.js';
import { clientMistake } from './error-masking.js';
import { sha256, type Source } from './persisted.js';
import { requestErrorOf, createRequestError, type RequestError } from '../security/request-error.js';

export type CheckedDocument = {
  readonly kind: 'document';
  readonly ast: DocumentNode;
  readonly text: string;
  readonly hash: string;
  costOf(operation: OperationDefinitionNode, variables: Variables): number;
};

export type Documents = {
  check(source: Source): CheckedDocument | RequestError;
  /** The valid document of the hash, if it is still in the cache. */
  byHash(hash: string): DocumentNode | undefined;
  /** Names the right enum value, for clients that may know the schema. */
  readonly advise: Advise;
};

/** Most documents have one mistake. Hundreds of repetitions are an attack (graphql-cop: directive overload). */
const MAX_VALIDATION_ERRORS = 5;

export function createDocuments(
  schema: GraphQLSchema,
  options: { readonly limits: Limits; readonly introspection: boolean },
): Documents {
  const { limits, introspection } = options;
  const advise = introspection ? createEnumAdvice(schema) : noAdvice;
  // A parsed document takes some hundred bytes for each token.
  const checked = createSizedCache<CheckedDocument>({ entries: 1000, characters: 256 * 1024 });

  function check(source: Source): CheckedDocument | RequestError {
    let document: DocumentNode;
    try {
      document = parse(source.text, { maxTokens: limits.tokens });
    } catch (error) {
      // The parser is recursive, so that its stack may end before a raised limit of tokens.
      if (error instanceof RangeError) return requestErrorOf([limitExceeded('depth', limits.depth)]);
      if (!(error instanceof GraphQLError)) throw error;
      if (error.message.includes('Parsing aborted')) return requestErrorOf([limitExceeded('tokens', limits.tokens)]);
      return requestErrorOf([clientMistake(error, 'GRAPHQL_PARSE_FAILED')]);
    }
    // The parser does not count comments as tokens, but a cached document keeps them in memory.
    if (commentsIn(document) > limits.tokens) return requestErrorOf([limitExceeded('tokens', limits.tokens)]);
    if (!introspection && asksForSchema(document)) {
      return createRequestError(
        'INTROSPECTION_DISABLED',
        'Introspection is disabled on this gateway. Read schema/schema.graphql instead.',
      );
    }
    const mistakes = mistakesIn(schema, document);
    if (mistakes.length > 0)
      return requestErrorOf(mistakes.map((mistake) => clientMistake(mistake, 'GRAPHQL_VALIDATION_FAILED', advise)));
    // Measured after validation, which refuses cycles of fragments, in which measuring would never end.
    const crossed = documentExceeds(document, limits);
    if (crossed.length > 0) return requestErrorOf(crossed);
    return add(document, source);
  }

  function add(ast: DocumentNode, source: Source): CheckedDocument {
    const fragments = fragmentsOf(ast);
    /** The costs that do not depend on variables. */
    const fixed = new Map<OperationDefinitionNode, number>();
    const valid: CheckedDocument = {
      kind: 'document',
      ast,
      text: source.text,
      hash: source.hash,
      costOf(operation, variables) {
        const known = fixed.get(operation);
        if (known !== undefined) return known;
        const { cost, variable } = costOf(schema, operation, fragments, variables);
        if (!variable) fixed.set(operation, cost);
        return cost;
      },
    };
    checked.set(source.hash, valid, { size: source.text.length });
    return valid;
  }

  return {
    check: (source) => checked.get(source.hash) ?? check(source),
    byHash: (hash) => checked.get(hash)?.ast,
    advise,
  };
}

function mistakesIn(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    const mistakes = validate(schema, document, specifiedRules, { maxErrors: MAX_VALIDATION_ERRORS });
    return mistakes.length > 0 ? mistakes : emptySubscriptionsIn(document);
  } catch (error) {
    // Both calls evaluate the conditions at the root of a subscription without variables, and throw if that fails.
    return [thrownMistake(error)];
  }
}

function thrownMistake(error: unknown): GraphQLError {
  if (!(error instanceof GraphQLError))
    return new GraphQLError(
      'The document cannot be validated. Check it against the schema with a tool such as graphql-js or an editor.',
      { originalError: error instanceof Error ? error : null },
    );
  const [node] = error.nodes ?? [];
  if (node?.kind !== Kind.VARIABLE) return error;
  return new GraphQLError(
    `A condition at the root of a subscription must not depend on a variable, got "$${node.name.value}". Start the ` +
      `subscription only when it is wanted, or put the condition on fields below its root.`,
    { nodes: node },
  );
}

/**
 * Subscriptions without a field at the root, for which graphql-js cannot open a stream although it calls them valid.
 */
function emptySubscriptionsIn(document: DocumentNode): GraphQLError[] {
  const fragments = fragmentsOf(document);
  const visited = new Set<string>();
  const selectsField = ({ selections }: SelectionSetNode): boolean =>
    selections.some((selection) => {
      if (!isIncluded(selection, {})) return false;
      if (selection.kind === Kind.FIELD) return true;
      if (selection.kind === Kind.INLINE_FRAGMENT) return selectsField(selection.selectionSet);
      const fragment = visited.has(selection.name.value) ? undefined : fragments.get(selection.name.value);
      visited.add(selection.name.value);
      return fragment !== undefined && selectsField(fragment.selectionSet);
    });
  return document.definitions.flatMap((definition) => {
    if (definition.kind !== Kind.OPERATION_DEFINITION || definition.operation !== OperationTypeNode.SUBSCRIPTION)
      return [];
    visited.clear();
    return selectsField(definition.selectionSet)
      ? []
      : [
          new GraphQLError(
            'A subscription must select one field at its root, but its conditions leave none. Leave out @skip and ' +
              '@include there.',
            { nodes: definition },
          ),
        ];
  });
}

function commentsIn({ loc }: DocumentNode): number {
  let comments = 0;
  for (let token = loc?.startToken ?? null; token !== null; token = token.next)
    if (token.kind === TokenKind.COMMENT) comments += 1;
  return comments;
}

/** @returns a function that lists the messages a client would receive for a document; none if it may run */
export function createDocumentValidator(
  ...of: Parameters<typeof createDocuments>
): (text: string) => readonly string[] {
  const documents = createDocuments(...of);
  return (text) => {
    const checked = documents.check({ kind: 'source', text, hash: sha256(text), accept: () => {} });
    return checked.kind === 'request-error' ? checked.errors.map(({ message }) => message) : [];
  };
}
