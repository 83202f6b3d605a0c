import { describe, expect, test } from '@jest/globals';
import { faultsOf, opensWithFunctionWord, sentencesOf, wordsOf } from './english-rules.js';

describe('sentencesOf', () => {
  test('full stops, question marks and exclamation marks end a sentence, also inside a bracket or a quotation', () => {
    expect(sentencesOf('One. Two? (Three.) "Four!" `five` ends.')).toEqual([
      'One.',
      'Two?',
      '(Three.)',
      '"Four!"',
      '`five` ends.',
    ]);
  });

  test('an abbreviation, a version and a file name do not end a sentence', () => {
    const sentence = 'Databases, e.g. SQLite 3.51 and i.e. PostgreSQL vs. Others etc. (see db/open.ts) are read.';
    expect(sentencesOf(sentence)).toEqual([sentence]);
  });

  test('a line break alone does not end a sentence', () => {
    expect(sentencesOf('One goes\non here. Two.')).toEqual(['One goes on here.', 'Two.']);
  });

  test('paragraphs, list items, headings, table cells and tags of JSDoc end a sentence', () => {
    const passage = '## One\n\n- two\n- three\n\n| four | five |\n| --- | --- |\n\nSix\n@param seven eight';
    expect(sentencesOf(passage)).toEqual(['One', 'two', 'three', 'four', 'five', 'Six', '@param seven eight']);
  });

  test('blocks of code are left out', () => {
    expect(sentencesOf('One:\n```ts\nWhat(is). This\n```\nTwo.')).toEqual(['One:', 'Two.']);
  });
});

describe('wordsOf', () => {
  test('code in backticks is one word, an address and a link are one word each, and signs are none', () => {
    expect(wordsOf('`a b c` – is at https://x/y, in {@link d.e f} [two words](src/a b.md)')).toBe(8);
  });
});

describe('faultsOf', () => {
  test.each(['What', 'Whatever', 'Whoever', 'Whether', 'Of', 'Those', 'Whose', 'Where', 'One that'])(
    'a sentence must not open with %s',
    (word) => {
      expect(faultsOf(`${word} waits is woken.`)).toContain(`opens with "${word}"`);
      expect(faultsOf(`@param name ${word} waits is woken.`)).toContain(`opens with "${word}"`);
    },
  );

  test.each([
    'nobody',
    'anew',
    'mended',
    'told',
    'tells of',
    'whence',
    'for ever',
    'dearer',
    'meanwhile',
    'is none of',
    'is no host',
  ])('a sentence must not say: %s', (words) => {
    expect(faultsOf(`The gateway ${words}.`)).toEqual([`says "${words}"`]);
  });

  test.each(['There is no host.', 'It is no longer than this.', 'One for every kind.', 'The column `told` remains.'])(
    'a sentence may say: %s',
    (sentence) => {
      expect(faultsOf(sentence)).toEqual([]);
    },
  );

  test('a sentence may have 25 words, and not 26', () => {
    expect(faultsOf('word '.repeat(25))).toEqual([]);
    expect(faultsOf('word '.repeat(26))).toEqual(['has 26 words, at most 25']);
  });
});

describe('opensWithFunctionWord', () => {
  test.each([
    ['How long it waits.', true],
    ['Before the write.', true],
    ['The write waits.', false],
    ['Each write waits.', false],
    ['@param how it waits', false],
  ])('opensWithFunctionWord("%s") is %s', (passage, expected) => {
    expect(opensWithFunctionWord(passage)).toBe(expected);
  });
});
