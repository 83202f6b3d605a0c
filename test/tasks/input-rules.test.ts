import { describe, expect, test } from '@jest/globals';
import type { TaskInput } from '../../src/partner-central/model/task-kind.js';
import { checkStart } from '../../src/tasks/input-rules.js';
import { fromEngagement, fromOpportunity } from '../support/harness/task-harness.js';

const BOTH = ['AWS', 'SANDBOX'] as const;

function pathsOf(input: TaskInput): string[] {
  return checkStart(input, null, BOTH).map((problem) => problem.path.join('.'));
}

describe('The number of tags', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `key ${index}`, value: '' }));

  test.each([0, 1, 200])('a start may have %d tags', (count) => {
    expect(pathsOf(fromOpportunity({ tags: tags(count) }))).toEqual([]);
  });

  test('a start with 201 tags has one problem, not one for each tag', () => {
    const problems = checkStart(fromOpportunity({ tags: tags(201) }), null, BOTH);
    expect(problems).toEqual([
      { code: 'INVALID_INPUT', path: ['tags'], message: 'Too many tags (limit 200, got 201).' },
    ]);
  });
});

describe('A tag key', () => {
  test('each repetition of a tag key is a problem at its place', () => {
    const tags = ['a', 'b', 'a', 'A', 'a'].map((key) => ({ key, value: key }));
    const problems = checkStart(fromOpportunity({ tags }), null, BOTH);
    expect(problems).toEqual(
      ['2', '4'].map((index) => ({
        code: 'INVALID_INPUT',
        path: ['tags', index, 'key'],
        message: 'The tag key "a" occurs twice. Expected each key once.',
      })),
    );
  });
});

test('a long tag key is truncated in messages, also in that of a repetition', () => {
  const tags = Array.from({ length: 2 }, () => ({ key: 'k'.repeat(100_000), value: '' }));
  for (const { message } of checkStart(fromOpportunity({ tags }), null, BOTH)) expect(message.length).toBeLessThan(200);
});

describe('An ARN', () => {
  const arn = (catalog: string) =>
    `arn:aws:partnercentral:us-east-1:123456789012:catalog/${catalog}/engagement/eng-completes00001`;

  test.each([
    ['SANDBOX', 'Sandbox', []],
    ['AWS', 'AWS', []],
    [
      'SANDBOX',
      'AWS',
      ['The ARN names the catalog AWS, but the input names the catalog Sandbox. Expected the same catalog in both.'],
    ],
    [
      'AWS',
      'Sandbox',
      ['The ARN names the catalog Sandbox, but the input names the catalog AWS. Expected the same catalog in both.'],
    ],
  ] as const)(
    'a start in %s with an ARN of the catalog %s has a problem exactly when the catalogs differ',
    (catalog, named, messages) => {
      const problems = checkStart(fromEngagement({ catalog, identifier: arn(named) }), null, BOTH);
      expect(problems.map(({ message }) => message)).toEqual(messages);
      expect(problems.map(({ path }) => path.join('.'))).toEqual(messages.map(() => 'identifier'));
    },
  );
});

test('an ARN that ends in a slash names no record, and the message says what is missing', () => {
  const identifier = 'arn:aws:partnercentral:us-east-1:123456789012:catalog/Sandbox/engagement/';
  expect(checkStart(fromEngagement({ identifier }), null, BOTH)).toEqual([
    {
      code: 'INVALID_INPUT',
      path: ['identifier'],
      message: expect.stringContaining('or the ARN of the engagement, which ends in its id'),
    },
  ]);
});

describe('The catalog', () => {
  test.each(BOTH)('the catalog %s is allowed when it is among the catalogs of the caller', (catalog) => {
    expect(checkStart(fromOpportunity({ catalog }), null, [catalog])).toEqual([]);
  });

  test.each([
    [['SANDBOX'], 'SANDBOX', ''],
    [
      [],
      'none',
      " This caller's token allows no catalog of the gateway. The names of the catalogs are AWS and SANDBOX.",
    ],
  ] as const)('a catalog that is not allowed is refused with the allowed ones: %j', (allowed, named, more) => {
    expect(checkStart(fromOpportunity({ catalog: 'AWS' }), null, allowed)).toEqual([
      {
        code: 'CATALOG_NOT_ALLOWED',
        path: ['catalog'],
        message:
          `The catalog AWS is not allowed here. Allowed: ${named}. The operator sets this with CATALOGS, and a ` +
          `token may narrow it by its claim "catalogs".${more}`,
      },
    ]);
  });
});

describe('The problems of a start', () => {
  test('all problems are reported at once, each with its path', () => {
    const input = fromEngagement({
      catalog: 'AWS',
      identifier: 'O1',
      contextIdentifier: '0',
      tags: [
        { key: 'right', value: 'right' },
        { key: '', value: '*' },
      ],
    });
    const problems = checkStart(input, '', ['SANDBOX']);
    expect(problems.map((problem) => problem.path)).toEqual([
      ['catalog'],
      ['identifier'],
      ['contextIdentifier'],
      ['clientToken'],
      ['tags', '1', 'key'],
      ['tags', '1', 'value'],
    ]);
    expect(problems.map((problem) => problem.code)).toEqual(['CATALOG_NOT_ALLOWED', ...Array(5).fill('INVALID_INPUT')]);
  });

  test('a problem says what is wrong and what would be right', () => {
    expect(checkStart(fromOpportunity({ identifier: 'X1' }), null, BOTH)[0]?.message).toBe(
      '"X1" is not an opportunity identifier. Expected the letter O and 1 to 19 digits, for example O1000001.',
    );
  });

  test('a long value is truncated in the message', () => {
    const message = checkStart(fromOpportunity({ identifier: 'X'.repeat(100_000) }), null, BOTH)[0]?.message ?? '';
    expect(message.length).toBeLessThan(200);
    expect(message).toContain('X…');
  });
});
