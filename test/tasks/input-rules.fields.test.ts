/** The patterns and bounds of each field of a start. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Tag, TaskInput } from '../../src/partner-central/model/task-kind.js';
import { checkStart } from '../../src/tasks/input-rules.js';
import { fromEngagement, fromInvitation, fromOpportunity } from '../support/harness/task-harness.js';

const BOTH = ['AWS', 'SANDBOX'] as const;
const SMILE = '😀';
/** A letter outside of the basic plane: one character of two UTF-16 units. */
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
  describe(`The field ${field}, such as ${JSON.stringify(example)}`, () => {
    test.each(right.map(show))('%s is accepted', (_, value) => {
      expect(check(value)).toEqual([]);
    });
    test.each(wrong.map(show))('%s is refused', (_, value) => {
      expect(check(value)).toEqual([field]);
    });
  });
}

test('any opportunity identifier and token are accepted exactly when an independent model accepts them', () => {
  const model = {
    token: (text: string) => text !== '' && Array.from(text).length <= 255 && !/[\p{Cc}\p{Cs}\u2028\u2029]/u.test(text),
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
