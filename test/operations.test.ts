import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { createGateway } from '../src/gateway.js';
import { createSchema } from '../src/graphql/schema.js';
import { printOperationsManifest } from '../src/graphql/operations-manifest.js';
import { EXAMPLE_DOCUMENT, persistedDocuments } from '../src/operations.js';
import { createProofreader } from '../src/server/documents.js';
import { DEFAULT_LIMITS } from '../src/server/limits.js';
import { temporaryDirectory } from './support/directory.js';
import { configOf } from './support/gateway.js';

const noMistakes = () => [];

describe('the published operations', () => {
  test('are in the committed manifest as they are in their files: npm run emit', () => {
    expect(readFileSync('schema/operations/manifest.json', 'utf8')).toBe(printOperationsManifest('schema/operations'));
  });

  test('and the example of the Sandbox are valid against the schema', async () => {
    const schema = createSchema();
    const documents = [...(await persistedDocuments(null, noMistakes)).values(), EXAMPLE_DOCUMENT];
    expect(documents.length).toBeGreaterThan(5);
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
  });
});

describe("the operator's own manifest", () => {
  const write = (content: string) => {
    const path = join(temporaryDirectory(), 'manifest.json');
    writeFileSync(path, content);
    return path;
  };

  test('adds its operations to the published ones', async () => {
    const path = write(JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'mine', body: '{ __typename }', name: 'A', type: 'query' }] }));
    const documents = await persistedDocuments(path, noMistakes);
    expect(documents.get('mine')).toBe('{ __typename }');
    expect(documents.size).toBe((await persistedDocuments(null, noMistakes)).size + 1);
  });

  test.each([
    ['not JSON', '{'],
    ['another format', '{"format":"x","version":1,"operations":[]}'],
    ['another version', '{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}'],
    ['no operations', '{"format":"apollo-persisted-query-manifest","version":1}'],
  ])('is refused with its path when it is %s', async (_what, content) => {
    const path = write(content);
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(`OPERATIONS_MANIFEST ${path} is not a manifest. Expected JSON`);
  });

  test('is refused with the place of an operation that lacks its id or body', async () => {
    const path = write('{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","body":"b"},{"id":"a"}]}');
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow('operations[1]');
  });

  test('is refused with a sentence for each operation that would be, by its name or else its id', async () => {
    const operations = [
      { id: 'a', name: 'Mine', body: 'query Mine { nonsense }' },
      { id: 'b', name: 'Good', body: 'query Good { __typename }' },
      { id: 'c', body: 'query {' },
    ];
    const path = write(JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
    const mistakesIn = createProofreader(createSchema(), { limits: DEFAULT_LIMITS, introspection: false });
    await expect(persistedDocuments(path, mistakesIn)).rejects.toThrow(
      `OPERATIONS_MANIFEST ${path} has operations that would be refused:\n  - Mine: Cannot query field "nonsense" on type "Query".\n  - c: Syntax Error: Expected Name, found <EOF>.`,
    );
  });

  test('keeps the gateway from starting when an operation of it would be refused', async () => {
    const manifest = (body: string) => write(JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations: [{ id: 'mine', name: 'Mine', body }] }));
    const config = (path: string) => configOf({ PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: path });
    await expect(createGateway(config(manifest('query Mine { nonsense }')))).rejects.toThrow('\n  - Mine: Cannot query field "nonsense" on type "Query".');
    const gateway = await createGateway(config(manifest('query Mine { tasks { totalCount } }')));
    await gateway.stop();
  });

  test('is refused when there is no such file', async () => {
    await expect(persistedDocuments('/nowhere/manifest.json', noMistakes)).rejects.toThrow('OPERATIONS_MANIFEST /nowhere/manifest.json cannot be read');
  });
});
