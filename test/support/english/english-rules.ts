/**
 * The rules of English that a program can check. Sentences are short, do not open with a word that hides the subject,
 * and use no banned word.
 */
const MOST_WORDS = 25;

const OPENING = /^(?:What|Whatever|Whoever|Whether|Of|Those|Whose|Where|One that)\b/;

/** `A is no B` instead of `A is not a B`. `There is no B` is plain English. */
const IS_NO = '(?<!\\bthere )(?:is|are) no (?!(?:longer|more|later|lower|earlier|other|less|fewer)\\b)[a-z]+';
const BANNED_WORDS = [
  'whoever',
  'nobody',
  'anybody',
  'anew',
  'mend(?:s|ed|ing)?',
  'told',
  'tells? of',
  'whence',
  'for ever',
  'dear(?:er|est)?',
  'meanwhile',
  'nonetheless',
  '(?:is|are) none of',
  IS_NO,
];
const BANNED = new RegExp(`\\b(?:${BANNED_WORDS.join('|')})\\b`, 'i');

/**
 * Words that cannot be a subject, or that stand for a subject named elsewhere. Articles, numbers and `each` are not
 * among them.
 */
const FUNCTION_WORDS = new Set(
  `after all also and another any anything are as at because before being between but by can could did do does
  during either else even everything for from had has have he her here hers his how however if in into is it its
  just less like likewise may might more most much must neither never no none nor not nothing of off on once only
  onto or other others otherwise out over per rather same she should since so some something still such than that
  their theirs them then there these they this those though through thus till to together too toward under unless
  until up upon was we were what whatever when whenever where wherever whether which whichever while who whoever
  whom whose why will with within without would yet`.split(/\s+/),
);

/** The sentence with one word for each piece of code and each address, and without JSDoc's tag and name. */
function plain(sentence: string): string {
  return sentence
    .replace(/^@param\s+\S+\s+-?\s*|^@\w+\s+/, '')
    .replace(/`[^`]*`/g, 'code')
    .replace(/\{@link ([^}]*)\}/g, 'code')
    .replace(/\]\([^)]*\)/g, ']')
    .replace(/https?:\/\/\S+/g, 'address');
}

/** The sentences of a passage. Paragraphs, list items and tags of JSDoc end one, and so does a table's cell. */
export function sentencesOf(passage: string): string[] {
  const paragraphs = passage.replace(/```[^]*?(?:```|$)/g, '\n\n').split(/\n\s*\n|\n(?=\s*(?:[-*@#>|]|\d+\.\s))/);
  const parts = paragraphs.flatMap((paragraph) =>
    paragraph.trim().startsWith('|') ? paragraph.split('|') : [paragraph.replace(/\s+/g, ' ')],
  );
  return parts.flatMap(splitSentences).filter((sentence) => /[a-z]/i.test(sentence));
}

const ABBREVIATION = /(?:\b(?:e\.g|i\.e|etc|vs|cf|ca|approx|resp|No)\.|\.\.\.)["')\]]*$/;

function splitSentences(paragraph: string): string[] {
  const sentences: string[] = [];
  for (const part of paragraph.split(/(?<=[.!?]["')\]*_]*)\s+(?=[A-Z`"'([*_@{])/)) {
    const last = sentences.at(-1);
    if (last !== undefined && ABBREVIATION.test(last)) sentences[sentences.length - 1] = `${last} ${part}`;
    else sentences.push(part);
  }
  return sentences.map((sentence) =>
    sentence
      .trim()
      .replace(/^(?:[-*>]|#+|\d+\.)\s+/, '')
      .replace(/^\*\*/, ''),
  );
}

export function wordsOf(sentence: string): number {
  return plain(sentence)
    .split(/\s+/)
    .filter((word) => /[\p{L}\p{N}]/u.test(word)).length;
}

/** The rules that a sentence breaks, in words for a person. */
export function faultsOf(sentence: string): string[] {
  const text = plain(sentence);
  const opening = OPENING.exec(text)?.[0];
  const banned = BANNED.exec(text)?.[0];
  const words = wordsOf(sentence);
  return [
    ...(opening === undefined ? [] : [`opens with "${opening}"`]),
    ...(banned === undefined ? [] : [`says "${banned}"`]),
    ...(words > MOST_WORDS ? [`has ${words} words, at most ${MOST_WORDS}`] : []),
  ];
}

/** Descriptions of a parameter or of a result are parts of a sentence, and do not count. */
export function opensWithFunctionWord(passage: string): boolean {
  const first = /^[A-Za-z']+/.exec(sentencesOf(passage)[0] ?? '')?.[0] ?? '';
  return FUNCTION_WORDS.has(first.toLowerCase());
}
