/**
 * What can be known to be wrong with a start before AWS is called: the patterns and bounds of AWS's service model (API version 2022-07-26),
 * and the catalogs of this gateway. Rules about the state of things are AWS's to decide. Every wrong field is reported, not only the first.
 */
import {
  ENGAGEMENT,
  INVITATION,
  OPPORTUNITY,
  truncateForMessage,
  patternError,
  type TextRule,
} from '../partner-central/identifiers.js';
import { CATALOG } from '../partner-central/model/enum-mapping.js';
import { CATALOGS, type Catalog, type TaskInput, type TaskKind } from '../partner-central/model/task-kind.js';

export type InputProblem = {
  readonly code: 'INVALID_INPUT' | 'CATALOG_NOT_ALLOWED';
  /** Says what is wrong, and what would be right. */
  readonly message: string;
  /** Path within the start's input, e.g. `['tags', '0', 'key']`. */
  readonly path: readonly string[];
};

/**
 * The model excludes line breaks only. PostgreSQL cannot store all of the other control characters, and nobody needs one; half of a surrogate pair
 * is no character, and a database keeps another one in its place, so that the token would not be found again.
 */
const CLIENT_TOKEN: TextRule = {
  noun: 'a client token',
  pattern: /^(?!external:)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u,
  expected:
    '1 to 255 characters, no line breaks, control characters or lone surrogates among them, that do not begin with "external:", for example a UUID',
};
/** Without a bound in the model of a start; that of an engagement has contexts of up to three characters. */
const CONTEXT: TextRule = {
  noun: 'a context identifier',
  pattern: /^[1-9][0-9]{0,254}$/u,
  expected: 'a whole number from 1 without leading zeros, at most 255 digits, for example 1',
};
const TAG_ALPHABET = 'letters, digits, spaces and _ . : / = + - @';
const TAG_KEY: TextRule = {
  noun: 'a tag key',
  pattern: /^(?=.{1,128}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  expected: `1 to 128 ${TAG_ALPHABET}`,
};
const TAG_VALUE: TextRule = {
  noun: 'a tag value',
  pattern: /^(?=.{0,256}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u,
  expected: `at most 256 ${TAG_ALPHABET}`,
};
const MAX_TAGS = 200;

const IDENTIFIER: Readonly<Record<TaskKind, TextRule>> = {
  ENGAGEMENT_FROM_OPPORTUNITY: OPPORTUNITY,
  OPPORTUNITY_FROM_ENGAGEMENT: ENGAGEMENT,
  ENGAGEMENT_BY_ACCEPTING_INVITATION: INVITATION,
};

export function checkStart(input: TaskInput, clientToken: string | null, allowed: readonly Catalog[]): InputProblem[] {
  const problems: InputProblem[] = [];
  const check = (path: readonly string[], rule: TextRule, value: string) => {
    const message = patternError(rule, value);
    if (message !== null) problems.push({ code: 'INVALID_INPUT', path, message });
  };

  if (!allowed.includes(input.catalog)) {
    problems.push({ code: 'CATALOG_NOT_ALLOWED', path: ['catalog'], message: catalogRefusal(input.catalog, allowed) });
  }
  check(['identifier'], IDENTIFIER[input.kind], input.identifier);
  const named = catalogInArn(input.identifier);
  if (named !== null && named.toLowerCase() !== CATALOG[input.catalog].toLowerCase()) {
    const message = `The ARN is one of the catalog ${named}, and the start is for the catalog ${CATALOG[input.catalog]}. Expected the same in both.`;
    problems.push({ code: 'INVALID_INPUT', path: ['identifier'], message });
  }
  if (input.kind === 'OPPORTUNITY_FROM_ENGAGEMENT') check(['contextIdentifier'], CONTEXT, input.contextIdentifier);
  if (clientToken !== null) check(['clientToken'], CLIENT_TOKEN, clientToken);
  if (input.tags.length > MAX_TAGS) {
    problems.push({
      code: 'INVALID_INPUT',
      path: ['tags'],
      message: `${input.tags.length} tags are too many. Expected at most ${MAX_TAGS}.`,
    });
  }
  const keys = new Set<string>();
  for (const [index, tag] of input.tags.slice(0, MAX_TAGS).entries()) {
    check(['tags', String(index), 'key'], TAG_KEY, tag.key);
    check(['tags', String(index), 'value'], TAG_VALUE, tag.value);
    if (keys.has(tag.key))
      problems.push({
        code: 'INVALID_INPUT',
        path: ['tags', String(index), 'key'],
        message: `The tag key ${JSON.stringify(truncateForMessage(tag.key))} is given twice. Expected each key once.`,
      });
    keys.add(tag.key);
  }
  return problems;
}

/** As AWS spells it; null of what is no ARN. */
function catalogInArn(identifier: string): string | null {
  return /^arn:.*:catalog\/([^/]+)\//.exec(identifier)?.[1] ?? null;
}

export function catalogRefusal(catalog: Catalog, allowed: readonly Catalog[]): string {
  const list = allowed.length === 0 ? 'none' : allowed.join(', ');
  const refusal = `The catalog ${catalog} is not allowed here. Allowed: ${list}. The operator sets this with CATALOGS, and a token may narrow it by its claim "catalogs".`;
  // A gateway has a catalog: who may use none has a token that names none of the gateway's, and perhaps misspells them.
  return allowed.length > 0
    ? refusal
    : `${refusal} This caller's names none of the gateway's: the catalogs are called ${CATALOGS.join(' and ')}.`;
}
