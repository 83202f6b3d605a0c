/**
 * Parses and validates each document once for all callers and transports, and keeps the good ones. All that depends only on the text is decided
 * here; the cost depends on the variables, and is decided with them. graphql-js counts the tokens; graphql-armor's max-tokens counts no comments
 * either, and replaces a private member of the parser.
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
import { createSizedCache } from '../../runtime/cache.js';
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
import { refusal, refuse, type Refusal } from '../security/request-error.js';

export type CheckedDocument = {
  readonly kind: 'document';
  readonly document: DocumentNode;
  readonly text: string;
  readonly hash: string;
  costOf(operation: OperationDefinitionNode, variables: Variables): number;
};

export type Documents = {
  check(source: Source): CheckedDocument | Refusal;
  /** The good document of that hash, if it is still kept. */
  byHash(hash: string): DocumentNode | undefined;
  /** Names the right value, for clients that may know the schema. */
  readonly advise: Advise;
};

/** A mistake is mostly one mistake; hundreds of repetitions of it are somebody making the server work (graphql-cop, directive overload). */
const MAX_VALIDATION_ERRORS = 5;

export function createDocuments(
  schema: GraphQLSchema,
  options: { readonly limits: Limits; readonly introspection: boolean },
): Documents {
  const { limits, introspection } = options;
  const advise = introspection ? createEnumAdvice(schema) : noAdvice;
  // A parsed document costs some hundred bytes a token.
  const checked = createSizedCache<CheckedDocument>({ entries: 1000, characters: 256 * 1024 });

  function check(source: Source): CheckedDocument | Refusal {
    let document: DocumentNode;
    try {
      document = parse(source.text, { maxTokens: limits.tokens });
    } catch (error) {
      // The parser calls itself for each level, and its stack ends before a raised limit of tokens does.
      if (error instanceof RangeError) return refusal([limitExceeded('depth', limits.depth)]);
      if (!(error instanceof GraphQLError)) throw error;
      if (error.message.includes('Parsing aborted')) return refusal([limitExceeded('tokens', limits.tokens)]);
      return refusal([clientMistake(error, 'GRAPHQL_PARSE_FAILED')]);
    }
    // The parser does not count comments among the tokens, and a document keeps them for as long as it is kept itself.
    if (commentsIn(document) > limits.tokens) return refusal([limitExceeded('tokens', limits.tokens)]);
    if (!introspection && asksForSchema(document)) {
      return refuse(
        'INTROSPECTION_DISABLED',
        'This gateway does not describe its schema to clients; read schema/schema.graphql.',
      );
    }
    const mistakes = mistakesIn(schema, document);
    if (mistakes.length > 0)
      return refusal(mistakes.map((mistake) => clientMistake(mistake, 'GRAPHQL_VALIDATION_FAILED', advise)));
    // After validation, which refuses the circles among fragments in which these would never end.
    const crossed = documentExceeds(document, limits);
    if (crossed.length > 0) return refusal(crossed);
    return remembered(document, source);
  }

  function remembered(document: DocumentNode, source: Source): CheckedDocument {
    const fragments = fragmentsOf(document);
    const fixed = new Map<OperationDefinitionNode, number>();
    const good: CheckedDocument = {
      kind: 'document',
      document,
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
    checked.set(source.hash, good, { size: source.text.length });
    return good;
  }

  return {
    check: (source) => checked.get(source.hash) ?? check(source),
    byHash: (hash) => checked.get(hash)?.document,
    advise,
  };
}

function mistakesIn(schema: GraphQLSchema, document: DocumentNode): readonly GraphQLError[] {
  try {
    const mistakes = validate(schema, document, specifiedRules, { maxErrors: MAX_VALIDATION_ERRORS });
    return mistakes.length > 0 ? mistakes : emptySubscriptionsIn(document);
  } catch (error) {
    // Both evaluate the conditions at the root of a subscription without any variables, and throw where that fails.
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
    `A condition at the root of a subscription must not depend on a variable, got "$${node.name.value}": start the subscription only when it is wanted, or put the condition on fields below its root.`,
    { nodes: node },
  );
}

/** graphql-js takes them for valid, and cannot open a stream. */
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
            'A subscription must select one field at its root, but its conditions leave none: leave out @skip and @include there.',
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

/** @returns what everybody is told who sends a document, in sentences: none where it may be run. */
export function createProofreader(...of: Parameters<typeof createDocuments>): (text: string) => readonly string[] {
  const documents = createDocuments(...of);
  return (text) => {
    const checked = documents.check({ kind: 'source', text, hash: sha256(text), accept: () => {} });
    return checked.kind === 'refusal' ? checked.errors.map(({ message }) => message) : [];
  };
}
