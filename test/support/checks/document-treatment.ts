/** The treatment of a document by the server: its cost, its size, the sharing of its results, and its answers. */
import { getOperationAST, type GraphQLSchema } from 'graphql';
import { createDocuments } from '../../../src/server/documents/documents.js';
import { createExecutor } from '../../../src/server/execution/executor.js';
import { DEFAULT_LIMITS, fragmentsOf, rootFieldsOf } from '../../../src/server/security/limits.js';
import { sha256 } from '../../../src/server/documents/persisted.js';
import { isCacheable } from '../../../src/server/execution/cacheable.js';
import type { Naming, RandomDocument } from '../fixtures/random-document.js';

const UNLIMITED = { ...DEFAULT_LIMITS, tokens: 100_000, depth: 100, aliases: 1000, rootFields: 100, directives: 1000 };
const ROUNDS = 3;

export async function documentTreatmentOf(
  schema: GraphQLSchema,
  contextValue: object,
  { text, variables }: RandomDocument,
): Promise<string> {
  const documents = createDocuments(schema, { limits: UNLIMITED, introspection: true });
  const checked = documents.check({ kind: 'source', text, hash: sha256(text), accept: () => {} });
  if (checked.kind === 'request-error') return JSON.stringify(checked.errors.map(({ message }) => message));
  const operation = getOperationAST(checked.ast);
  if (operation === null || operation === undefined) throw new Error('no operation');
  const executor = createExecutor(schema);
  const found: unknown[] = [
    rootFieldsOf(operation.selectionSet, fragmentsOf(checked.ast)),
    isCacheable(schema, checked.ast, operation),
  ];
  for (let round = 0; round < ROUNDS; round += 1) {
    const values = variables();
    const { data, errors } = await executor.execute(checked, operation, { contextValue, variables: values });
    found.push(
      checked.costOf(operation, values),
      errors?.map(({ message, path }) => [message, path]),
      data,
    );
  }
  return JSON.stringify(found);
}

/** Replaces the names that a random document introduces, in its text or in its treatment. */
export function renamed(text: string, naming: Naming): string {
  return text.replace(/\b(?:v|if|a|F)\d+\b|\bRandom\b/g, naming);
}
