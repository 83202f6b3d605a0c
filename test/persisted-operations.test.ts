import { createHash } from 'node:crypto';
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from '@jest/globals';
import { parse, validate } from 'graphql';
import { createGateway } from '../src/gateway.js';
import { createSchema } from '../src/graphql/schema.js';
import { printOperationsManifest } from '../src/graphql/operations-manifest.js';
import { EXAMPLE_DOCUMENT } from '../src/example-document.js';
import { persistedDocuments } from '../src/persisted-operations.js';
import { createDocumentValidator } from '../src/server/documents/documents.js';
import { DEFAULT_LIMITS } from '../src/server/security/limits.js';
import { temporaryDirectory } from './support/harness/directory.js';
import { configOf } from './support/harness/gateway.js';

const noMistakes = () => [];

describe('the published operations', () => {
  test('the committed manifest has the operations as they are in their files: npm run emit', () => {
    expect(readFileSync('schema/operations/manifest.json', 'utf8')).toBe(printOperationsManifest('schema/operations'));
  });

  test('the published operations and the example of Sandbox are valid against the schema', async () => {
    const schema = createSchema();
    const documents = [...(await persistedDocuments(null, noMistakes)).values(), EXAMPLE_DOCUMENT];
    expect(documents.length).toBeGreaterThan(5);
    for (const document of documents) expect(validate(schema, parse(document))).toEqual([]);
  });
});

describe("the operator's manifest", () => {
  const write = (content: string) => {
    const path = join(temporaryDirectory(), 'manifest.json');
    writeFileSync(path, content);
    return path;
  };

  test('a manifest adds its operations to the published ones', async () => {
    const path = write(
      JSON.stringify({
        format: 'apollo-persisted-query-manifest',
        version: 1,
        operations: [{ id: 'mine', body: '{ __typename }', name: 'A', type: 'query' }],
      }),
    );
    const documents = await persistedDocuments(path, noMistakes);
    expect(documents.get('mine')).toBe('{ __typename }');
    expect(documents.size).toBe((await persistedDocuments(null, noMistakes)).size + 1);
  });

  test('an object of ids and documents is a manifest too, as codegen and the Relay compiler write it', async () => {
    const path = write(JSON.stringify({ 'sha256:1': '{ __typename }', 'md5-2': '{ tasks { totalCount } }' }));
    const documents = await persistedDocuments(path, noMistakes);
    expect([documents.get('sha256:1'), documents.get('md5-2')]).toEqual(['{ __typename }', '{ tasks { totalCount } }']);
    await expect(persistedDocuments(path, () => ['Wrong.'])).rejects.toThrow(
      '\n  - sha256:1: Wrong.\n  - md5-2: Wrong.',
    );
  });

  test.each([
    ['not JSON', '{'],
    ['empty', '{}'],
    ['an object with other values', '{"id":"{ __typename }","other":1}'],
    ['another format', '{"format":"x","version":1,"operations":[]}'],
    ['another version', '{"format":"apollo-persisted-query-manifest","version":2,"operations":[]}'],
    ['no operations', '{"format":"apollo-persisted-query-manifest","version":1}'],
  ])('a manifest that is %s is refused with its path', async (_what, content) => {
    const path = write(content);
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(
      `OPERATIONS_MANIFEST ${path} is not a manifest. Expected JSON`,
    );
  });

  test('a manifest is refused with the place of an operation that lacks its id or body', async () => {
    const path = write(
      '{"format":"apollo-persisted-query-manifest","version":1,"operations":[{"id":"a","body":"b"},{"id":"a"}]}',
    );
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow('operations[1]');
  });

  test('a manifest is refused with a sentence for each invalid operation, by its name or else its id', async () => {
    const operations = [
      { id: 'a', name: 'Mine', body: 'query Mine { nonsense }' },
      { id: 'b', name: 'Good', body: 'query Good { __typename }' },
      { id: 'c', body: 'query {' },
    ];
    const path = write(JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }));
    const mistakesIn = createDocumentValidator(createSchema(), { limits: DEFAULT_LIMITS, introspection: false });
    await expect(persistedDocuments(path, mistakesIn)).rejects.toThrow(
      `OPERATIONS_MANIFEST ${path} has operations that would be refused:\n  - Mine: Cannot query field "nonsense" ` +
        `on type "Query".\n  - c: Syntax Error: Expected Name, found <EOF>.`,
    );
  });

  const manifestOf = (operations: readonly object[]) =>
    JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations });
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');

  test.each([
    ['with another body', '{ a: __typename }'],
    ['with the same body', '{ __typename }'],
  ])('an id that occurs twice, %s, is refused with both places', async (_what, body) => {
    const operations = [
      { id: 'twice', body: '{ __typename }' },
      { id: 'once', body: '{ __typename }' },
      { id: 'twice', body },
    ];
    const path = write(manifestOf(operations));
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(
      `OPERATIONS_MANIFEST ${path} has ids that do not stand for one operation:` +
        '\n  - operations[0] and operations[2] have the same id "twice". Expected each id once.',
    );
  });

  test('a manifest may repeat a published operation, and is refused when it gives the id to another body', async () => {
    const [published] = await persistedDocuments(null, noMistakes);
    if (published === undefined) throw new Error('nothing is published');
    const [id, body] = published;
    expect((await persistedDocuments(write(manifestOf([{ id, body }])), noMistakes)).get(id)).toBe(body);
    const path = write(
      manifestOf([
        { id: 'mine', body: '{ __typename }' },
        { id, body: '{ __typename }' },
      ]),
    );
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(
      `\n  - operations[1] has the id "${id}", which stands for the other body of operations[0] of ` +
        'schema/operations/manifest.json. Expected another id.',
    );
  });

  test('an id that is the hash of another body is refused, because clients may name that body by it', async () => {
    const [first, second] = ['{ a: __typename }', '{ b: __typename }'];
    const path = write(
      manifestOf([
        { id: sha256(second), body: first },
        { id: 'second', body: second },
      ]),
    );
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(
      `\n  - operations[0] has the id "${sha256(second)}", which stands for the other body of operations[1]. ` +
        'Expected another id.',
    );
    expect(
      (await persistedDocuments(write(manifestOf([{ id: sha256(first), body: first }])), noMistakes)).get(
        sha256(first),
      ),
    ).toBe(first);
  });

  test('ids that are names of inherited members are accepted once each', async () => {
    const path = write(
      '{"__proto__":[],"format":"apollo-persisted-query-manifest","version":1,"operations":' +
        '[{"id":"__proto__","body":"{ __typename }"},{"id":"constructor","body":"{ __typename }"}]}',
    );
    const documents = await persistedDocuments(path, noMistakes);
    expect([documents.get('__proto__'), documents.get('constructor'), documents.get('toString')]).toEqual([
      '{ __typename }',
      '{ __typename }',
      undefined,
    ]);
  });

  test.each([
    [
      'nested too deeply',
      `{"x":${'['.repeat(5000)}${']'.repeat(5000)}}`,
      'The JSON is nested too deeply (limit 64 levels).',
    ],
    ['larger than 16 MiB', ' '.repeat(16 * 1024 * 1024 + 1), 'the file is too large (limit 16777216 bytes)'],
  ])('a file that is %s is refused with its path', async (_what, content, reason) => {
    const path = write(content);
    await expect(persistedDocuments(path, noMistakes)).rejects.toThrow(
      `OPERATIONS_MANIFEST ${path} cannot be read: ${reason}`,
    );
  });

  test('a file without an end is refused', async () => {
    await expect(persistedDocuments('/dev/zero', noMistakes)).rejects.toThrow(
      'OPERATIONS_MANIFEST /dev/zero cannot be read: the file is too large',
    );
  });

  test('a gateway does not start when an operation of its manifest would be refused', async () => {
    const manifest = (body: string) =>
      write(
        JSON.stringify({
          format: 'apollo-persisted-query-manifest',
          version: 1,
          operations: [{ id: 'mine', name: 'Mine', body }],
        }),
      );
    const config = (path: string) => configOf({ PERSISTED_OPERATIONS: 'only', OPERATIONS_MANIFEST: path });
    await expect(createGateway(config(manifest('query Mine { nonsense }')))).rejects.toThrow(
      '\n  - Mine: Cannot query field "nonsense" on type "Query".',
    );
    const gateway = await createGateway(config(manifest('query Mine { tasks { totalCount } }')));
    await gateway.stop();
  });

  test('a missing file is refused', async () => {
    await expect(persistedDocuments('/nowhere/manifest.json', noMistakes)).rejects.toThrow(
      'OPERATIONS_MANIFEST /nowhere/manifest.json cannot be read',
    );
  });
});
