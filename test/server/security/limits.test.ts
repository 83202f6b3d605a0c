/** The limits of an operation, and the settings that change them. */
import { readFileSync } from 'node:fs';
import { describe, expect, test } from '@jest/globals';
import { getOperationAST, parse, type GraphQLSchema } from 'graphql';
import { parseConfig } from '../../../src/config/config.js';
import { createSchema } from '../../../src/graphql/schema.js';
import { costOf } from '../../../src/server/documents/cost.js';
import { createDocumentValidator } from '../../../src/server/documents/documents.js';
import { DEFAULT_LIMITS, documentExceeds, fragmentsOf } from '../../../src/server/security/limits.js';
import { fragmentBomb } from '../../support/fixtures/fragment-bomb.js';

describe('documentExceeds', () => {
  test('fragments that spread each other are measured in time linear in their number', () => {
    const document = parse(fragmentBomb(200));
    expect(documentExceeds(document, DEFAULT_LIMITS).map((error) => error.extensions['limit'])).toEqual([
      'depth',
      'aliases',
    ]);
  });

  test('fragments at the root count at each spread', () => {
    const document = parse(
      '{ ...A ...A } fragment A on Query { ...B ...B } fragment B on Query { node { name } list { name } page { pageInfo { endCursor } } }',
    );
    expect(documentExceeds(document, DEFAULT_LIMITS).map((error) => error.extensions)).toMatchObject([
      { limit: 'rootFields', actual: 12 },
    ]);
  });
});

describe('documentExceeds for introspection', () => {
  const asking = (depth: number) =>
    parse(`{ __schema { ${'ofType { '.repeat(depth - 2)} name ${'} '.repeat(depth - 2)} } }`);
  const crossed = (depth: number) => documentExceeds(asking(depth), DEFAULT_LIMITS).map((error) => error.extensions);

  test('introspection may be 20 fields deep, and not deeper', () => {
    expect(crossed(20)).toEqual([]);
    expect(crossed(21)).toMatchObject([{ limit: 'depth', maximum: 12, actual: 21 }]);
  });
});

describe('the settings of the limits', () => {
  const limitsWith = (env: Record<string, string>) => {
    const parsed = parseConfig(env);
    if (parsed.type !== 'ok') throw new Error(parsed.problems.join(' '));
    return parsed.config.limits;
  };

  test('the defaults of the settings are the defaults of the server', () => {
    expect(DEFAULT_LIMITS).toMatchObject(limitsWith({}));
  });

  test('the lowest settings allow every published operation', () => {
    const least = limitsWith({
      LIMIT_COST: '1500',
      LIMIT_TOKENS: '300',
      LIMIT_DEPTH: '8',
      LIMIT_ALIASES: '2',
      LIMIT_ROOT_FIELDS: '1',
      LIMIT_DIRECTIVES: '1',
      LIMIT_BODY_BYTES: '16384',
    });
    const published: { operations: { name: string; body: string }[] } = JSON.parse(
      readFileSync('schema/operations/manifest.json', 'utf8'),
    );
    const ofGateway = createSchema();
    const mistakesIn = createDocumentValidator(ofGateway, {
      limits: { ...DEFAULT_LIMITS, ...least },
      introspection: false,
    });
    for (const { name, body } of published.operations) {
      expect([name, mistakesIn(body)]).toEqual([name, []]);
      expect(costOfOperation(ofGateway, body)).toBeLessThan(least.cost);
      expect(body.length).toBeLessThan(least.bodyBytes / 4);
    }
    expect(published.operations.length).toBeGreaterThan(10);
  });
});

function costOfOperation(schema: GraphQLSchema, text: string): number {
  const document = parse(text);
  const operation = getOperationAST(document);
  if (operation === null || operation === undefined) throw new Error('no operation');
  return costOf(schema, operation, fragmentsOf(document), { first: 20 }).cost;
}
