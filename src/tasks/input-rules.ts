/**
 * Validates the input of a start before AWS is called, and reports every wrong field. The patterns and bounds are those
 * of AWS's service model (API version 2022-07-26). The catalogs are those of this gateway and this caller. AWS decides
 * about the state of records.
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
 * Stricter than the model, which excludes line breaks only. PostgreSQL cannot store U+0000, and a token needs no
 * control character. A lone surrogate is stored as U+FFFD, so that the token would not be found again.
 */
const CLIENT_TOKEN: TextRule = {
  noun: 'a client token',
  pattern: /^(?!external:)[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]{1,255}$/u,
  expected:
    '1 to 255 characters without line breaks, control characters or lone surrogates, and not beginning with ' +
    '"external:", for example a UUID',
};
/** The model gives a start no upper bound. In the model of an engagement, contexts have up to three characters. */
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
    const message =
      `The ARN names the catalog ${named}, but the start is for the catalog ${CATALOG[input.catalog]}. Expected the ` +
      `same catalog in both.`;
    problems.push({ code: 'INVALID_INPUT', path: ['identifier'], message });
  }
  if (input.kind === 'OPPORTUNITY_FROM_ENGAGEMENT') check(['contextIdentifier'], CONTEXT, input.contextIdentifier);
  if (clientToken !== null) check(['clientToken'], CLIENT_TOKEN, clientToken);
  if (input.tags.length > MAX_TAGS) {
    problems.push({
      code: 'INVALID_INPUT',
      path: ['tags'],
      message: `Too many tags (limit ${MAX_TAGS}, got ${input.tags.length}).`,
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
        message: `The tag key ${JSON.stringify(truncateForMessage(tag.key))} occurs twice. Expected each key once.`,
      });
    keys.add(tag.key);
  }
  return problems;
}

/** The catalog as AWS spells it; null for an identifier that is not an ARN. */
function catalogInArn(identifier: string): string | null {
  return /^arn:.*:catalog\/([^/]+)\//.exec(identifier)?.[1] ?? null;
}

export function catalogRefusal(catalog: Catalog, allowed: readonly Catalog[]): string {
  const list = allowed.length === 0 ? 'none' : allowed.join(', ');
  const refusal =
    `The catalog ${catalog} is not allowed here. Allowed: ${list}. The operator sets this with CATALOGS, and a ` +
    `token may narrow it by its claim "catalogs".`;
  // A gateway has at least one catalog, so the caller's token names none of them, perhaps because of a misspelling.
  return allowed.length > 0
    ? refusal
    : `${refusal} This caller's token allows no catalog of the gateway. The names of the catalogs are ` +
        `${CATALOGS.join(' and ')}.`;
}
