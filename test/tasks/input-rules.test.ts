import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Tag, TaskInput } from '../../src/partner-central/model/task-kind.js';
import { checkStart } from '../../src/tasks/input-rules.js';
import { fromEngagement, fromInvitation, fromOpportunity } from '../support/harness/task-harness.js';

const BOTH = ['AWS', 'SANDBOX'] as const;
const SMILE = '😀';
/** A letter outside of the basic plane: two units of UTF-16, one character. */
const GOTHIC = '𐌰';

function pathsOf(input: TaskInput, clientToken: string | null = null): string[] {
  return checkStart(input, clientToken, BOTH).map((problem) => problem.path.join('.'));
}

function withTag(tag: Partial<Tag>): TaskInput {
  return fromOpportunity({ tags: [{ key: 'key', value: 'value', ...tag }] });
}

const show = (value: string) =>
  [JSON.stringify(value.length > 40 ? `${value.slice(0, 20)}… (${value.length})` : value), value] as const;

const FIELDS: readonly {
  field: string;
  check: (value: string) => string[];
  right: readonly string[];
  wrong: readonly string[];
}[] = [
  {
    field: 'identifier',
    check: (identifier) => pathsOf(fromOpportunity({ identifier })),
    right: ['O1', 'O0', 'O1000001', `O${'9'.repeat(19)}`],
    wrong: [
      '',
      'O',
      'o1',
      '1',
      `O${'9'.repeat(20)}`,
      'O1 ',
      ' O1',
      'O1\n',
      '\nO1',
      'O1\r',
      'O1\u2028',
      'O12a',
      'O-1',
      'O١',
      'O１',
      'arn:aws:x',
      'eng-completes00001',
    ],
  },
  {
    field: 'identifier',
    check: (identifier) => pathsOf(fromEngagement({ identifier })),
    right: [
      'eng-completes00001',
      'eng-00000000000000',
      'eng-zzzzzzzzzzzzzz',
      'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001',
      'arn:',
      `arn:${'x'.repeat(251)}`,
      `arn:${SMILE.repeat(251)}`,
    ],
    wrong: [
      '',
      'eng-',
      'eng-completes0000',
      'eng-completes000011',
      'eng-Completes00001',
      'eng-completes0000é',
      'eng-completes00001\n',
      ' arn:x',
      'xarn:x',
      'ARN:x',
      'arn:x\n',
      'arn:x\ny',
      'arn:\0',
      'arn:\ud800',
      'arn:\udc00\ud800',
      `arn:${'x'.repeat(252)}`,
      'O1000001',
    ],
  },
  {
    field: 'identifier',
    check: (identifier) => pathsOf(fromInvitation({ identifier })),
    right: [
      'engi-completes0001',
      'engi-0000000000000',
      'engi-zzzzzzzzzzzzz',
      'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-completes0001',
      'arn:',
      `arn:${'x'.repeat(251)}`,
    ],
    wrong: [
      '',
      'engi-',
      'engi-completes000',
      'engi-completes00011',
      'engi-Completes0001',
      'engi-completes0001\n',
      'eng-completes00001',
      ' arn:x',
      'arn:x\n',
      'arn:\0',
      'arn:\ud800',
      `arn:${'x'.repeat(252)}`,
    ],
  },
  {
    field: 'contextIdentifier',
    check: (contextIdentifier) => pathsOf(fromEngagement({ contextIdentifier })),
    right: ['1', '9', '10', '100', '123456789012345678901234567890', '9'.repeat(255)],
    wrong: ['', '0', '01', '9'.repeat(256), '-1', '+1', '1.0', '1e3', ' 1', '1 ', '1\n', 'a', '١', '１', 'ctx-1'],
  },
  {
    field: 'clientToken',
    check: (clientToken) => pathsOf(fromOpportunity(), clientToken),
    right: [
      'x',
      ' ',
      'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11',
      'x'.repeat(255),
      SMILE.repeat(255),
      'grüße, 世界!',
      'external',
      ' external:1',
      'External:1',
    ],
    wrong: [
      '',
      'external:',
      'external:task-1',
      'x'.repeat(256),
      SMILE.repeat(256),
      'x\n',
      '\nx',
      'x\ny',
      'x\r',
      'x\u2028y',
      'x\u2029',
      'x\0',
      '\t',
      '\u0085',
      '\ud800',
      'x\ud800',
      '\udc00x',
      '\udc00\ud800',
    ],
  },
  {
    field: 'tags.0.key',
    check: (key) => pathsOf(withTag({ key })),
    right: ['k', 'x'.repeat(128), GOTHIC.repeat(128), 'größe', '世界', 'é', '٣', ' ', '\u00a0', '_.:/=+-@', 'a b'],
    wrong: [
      '',
      'x'.repeat(129),
      GOTHIC.repeat(129),
      SMILE,
      'a,b',
      'a#b',
      'a\tb',
      'k\n',
      '\n',
      'a\nb',
      'e\u0301',
      'a\u2028b',
      '\ud800',
      '\\',
      '*',
      '"',
    ],
  },
  {
    field: 'tags.0.value',
    check: (value) => pathsOf(withTag({ value })),
    right: ['', 'x'.repeat(256), GOTHIC.repeat(256), 'größe 10', '_.:/=+-@', '世界'],
    wrong: ['x'.repeat(257), GOTHIC.repeat(257), SMILE, 'a,b', 'v\n', '\n', 'a\u2029b', '\ud800', '100 %'],
  },
];

for (const { field, check, right, wrong } of FIELDS) {
  const example = right.find((value) => value !== '' && value.length < 40);
  describe(`${field} (such as ${JSON.stringify(example)})`, () => {
    test.each(right.map(show))('may be %s', (_, value) => {
      expect(check(value)).toEqual([]);
    });
    test.each(wrong.map(show))('may not be %s', (_, value) => {
      expect(check(value)).toEqual([field]);
    });
  });
}

describe('tags', () => {
  const tags = (count: number) => Array.from({ length: count }, (_, index) => ({ key: `key ${index}`, value: '' }));

  test.each([0, 1, 200])('may be %d', (count) => {
    expect(pathsOf(fromOpportunity({ tags: tags(count) }))).toEqual([]);
  });

  test('may not be 201, which is one problem and not one for each', () => {
    const problems = checkStart(fromOpportunity({ tags: tags(201) }), null, BOTH);
    expect(problems).toEqual([
      { code: 'INVALID_INPUT', path: ['tags'], message: '201 tags are too many. Expected at most 200.' },
    ]);
  });
});

describe('a tag key', () => {
  test('may be given once, and is told where it is given again', () => {
    const tags = ['a', 'b', 'a', 'A', 'a'].map((key) => ({ key, value: key }));
    const problems = checkStart(fromOpportunity({ tags }), null, BOTH);
    expect(problems).toEqual(
      ['2', '4'].map((index) => ({
        code: 'INVALID_INPUT',
        path: ['tags', index, 'key'],
        message: 'The tag key "a" is given twice. Expected each key once.',
      })),
    );
  });
});

test('a tag key that is too long is shown as far as helps to recognise it, also where it is given twice', () => {
  const tags = Array.from({ length: 2 }, () => ({ key: 'k'.repeat(100_000), value: '' }));
  for (const { message } of checkStart(fromOpportunity({ tags }), null, BOTH)) expect(message.length).toBeLessThan(200);
});

describe('an ARN', () => {
  const arn = (catalog: string) =>
    `arn:aws:partnercentral:us-east-1:123456789012:catalog/${catalog}/engagement/eng-completes00001`;

  test.each([
    ['SANDBOX', 'Sandbox', []],
    ['AWS', 'AWS', []],
    [
      'SANDBOX',
      'AWS',
      ['The ARN is one of the catalog AWS, and the start is for the catalog Sandbox. Expected the same in both.'],
    ],
    [
      'AWS',
      'Sandbox',
      ['The ARN is one of the catalog Sandbox, and the start is for the catalog AWS. Expected the same in both.'],
    ],
  ] as const)('for a start in %s may be one of %s, or is refused', (catalog, named, messages) => {
    const problems = checkStart(fromEngagement({ catalog, identifier: arn(named) }), null, BOTH);
    expect(problems.map(({ message }) => message)).toEqual(messages);
    expect(problems.map(({ path }) => path.join('.'))).toEqual(messages.map(() => 'identifier'));
  });
});

describe('the catalog', () => {
  test.each(BOTH)('%s is allowed where it is among those of the caller', (catalog) => {
    expect(checkStart(fromOpportunity({ catalog }), null, [catalog])).toEqual([]);
  });

  test.each([
    [['SANDBOX'], 'SANDBOX', ''],
    [[], 'none', " This caller's names none of the gateway's: the catalogs are called AWS and SANDBOX."],
  ] as const)('is refused with those that are allowed: %j', (allowed, named, more) => {
    expect(checkStart(fromOpportunity({ catalog: 'AWS' }), null, allowed)).toEqual([
      {
        code: 'CATALOG_NOT_ALLOWED',
        path: ['catalog'],
        message: `The catalog AWS is not allowed here. Allowed: ${named}. The operator sets this with CATALOGS, and a token may narrow it by its claim "catalogs".${more}`,
      },
    ]);
  });
});

describe('problems', () => {
  test('are reported all at once, each with its path', () => {
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

  test('say what is wrong and what would be right', () => {
    expect(checkStart(fromOpportunity({ identifier: 'X1' }), null, BOTH)[0]?.message).toBe(
      '"X1" is not an opportunity identifier. Expected the letter O and 1 to 19 digits, for example O1000001.',
    );
  });

  test('show no more of a long value than helps to recognise it', () => {
    const message = checkStart(fromOpportunity({ identifier: 'X'.repeat(100_000) }), null, BOTH)[0]?.message ?? '';
    expect(message.length).toBeLessThan(200);
    expect(message).toContain('X…');
  });

  test('never come of a text that the rules of the model allow, and always of any other', () => {
    const model = {
      token: (text: string) =>
        text !== '' && Array.from(text).length <= 255 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text),
      opportunity: (text: string) =>
        text.startsWith('O') &&
        text.length >= 2 &&
        text.length <= 20 &&
        Array.from(text.slice(1)).every((digit) => '0123456789'.includes(digit)),
    };
    fc.assert(
      fc.property(
        fc.string({
          unit: fc.oneof(
            { weight: 50, arbitrary: fc.constantFrom('a', SMILE, 'ß') },
            fc.constantFrom('\0', '\n', '\u2028', '\t', '\ud800', '\udc00'),
          ),
          maxLength: 300,
        }),
        fc.stringMatching(/^O[0-9a]{0,21}\n?$/),
        (token, identifier) => {
          const expected = [
            ...(model.opportunity(identifier) ? [] : ['identifier']),
            ...(model.token(token) ? [] : ['clientToken']),
          ];
          expect(pathsOf(fromOpportunity({ identifier }), token)).toEqual(expected);
        },
      ),
      { verbose: 1 },
    );
  });
});
