/**
 * What can be known to be wrong with a start before AWS is called: the patterns and bounds of AWS's service model (API version 2022-07-26),
 * and the catalogs of this gateway. Rules about the state of things are AWS's to decide. Every wrong field is reported, not only the first.
 */
import type { Catalog, TaskInput, TaskKind } from '../partner-central/task-kind.js';
import type { InputProblem } from './tasks.js';

/** The model leaves out the anchors that its source has: always the whole string. */
type TextRule = { readonly pattern: RegExp; readonly expected: string };

/** The model excludes line breaks only; PostgreSQL cannot store all of the other control characters, and nobody needs one. */
const CLIENT_TOKEN: TextRule = {
  pattern: /^(?!external:)[^\p{Cc}\p{Zl}\p{Zp}]{1,255}$/u,
  expected: '1 to 255 characters without line breaks that do not begin with "external:", for example a UUID',
};
const OPPORTUNITY: TextRule = { pattern: /^O[0-9]{1,19}$/u, expected: 'the letter O and 1 to 19 digits, for example O1000001' };
const ENGAGEMENT: TextRule = {
  pattern: /^(arn:[^\p{Cc}\p{Zl}\p{Zp}]*|eng-[0-9a-z]{14})$/u,
  expected: '"eng-" and 14 lower-case letters or digits, for example eng-completes00001, or the ARN of the engagement',
};
const INVITATION: TextRule = {
  pattern: /^(?=.{1,255}$)(arn:[^\p{Cc}\p{Zl}\p{Zp}]*|engi-[0-9a-z]{13})$/u,
  expected: '"engi-" and 13 lower-case letters or digits, for example engi-completes0001, or the ARN of the invitation',
};
const CONTEXT: TextRule = { pattern: /^[1-9][0-9]*$/u, expected: 'a whole number from 1 without leading zeros, for example 1' };
const TAG_ALPHABET = 'letters, digits, spaces and _ . : / = + - @';
const TAG_KEY: TextRule = { pattern: /^(?=.{1,128}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, expected: `1 to 128 ${TAG_ALPHABET}` };
const TAG_VALUE: TextRule = { pattern: /^(?=.{0,256}$)[\p{L}\p{Z}\p{N}_.:/=+\-@]*$/u, expected: `at most 256 ${TAG_ALPHABET}` };
const MAX_TAGS = 200;
/** Of a wrong value, as much as helps to recognise it. */
const SHOWN_LENGTH = 60;

const IDENTIFIER: Readonly<Record<TaskKind, { readonly rule: TextRule; readonly noun: string }>> = {
  ENGAGEMENT_FROM_OPPORTUNITY: { rule: OPPORTUNITY, noun: 'an opportunity identifier' },
  OPPORTUNITY_FROM_ENGAGEMENT: { rule: ENGAGEMENT, noun: 'an engagement identifier' },
  ENGAGEMENT_BY_ACCEPTING_INVITATION: { rule: INVITATION, noun: 'an engagement invitation identifier' },
};

export function checkStart(input: TaskInput, clientToken: string | null, allowed: readonly Catalog[]): InputProblem[] {
  const problems: InputProblem[] = [];
  const check = (path: readonly string[], noun: string, value: string, rule: TextRule) => {
    if (rule.pattern.test(value)) return;
    problems.push({ code: 'INVALID_INPUT', path, message: `${shown(value)} is not ${noun}. Expected ${rule.expected}.` });
  };

  if (!allowed.includes(input.catalog)) {
    const list = allowed.length === 0 ? 'none' : allowed.join(', ');
    problems.push({
      code: 'CATALOG_NOT_ALLOWED',
      path: ['catalog'],
      message: `The catalog ${input.catalog} is not allowed here. Allowed: ${list}. The operator sets this with CATALOGS.`,
    });
  }
  check(['identifier'], IDENTIFIER[input.kind].noun, input.identifier, IDENTIFIER[input.kind].rule);
  if (input.kind === 'OPPORTUNITY_FROM_ENGAGEMENT') check(['contextIdentifier'], 'a context identifier', input.contextIdentifier, CONTEXT);
  if (clientToken !== null) check(['clientToken'], 'a client token', clientToken, CLIENT_TOKEN);
  if (input.tags.length > MAX_TAGS) {
    problems.push({ code: 'INVALID_INPUT', path: ['tags'], message: `${input.tags.length} tags are too many. Expected at most ${MAX_TAGS}.` });
  }
  for (const [index, tag] of input.tags.slice(0, MAX_TAGS).entries()) {
    check(['tags', String(index), 'key'], 'a tag key', tag.key, TAG_KEY);
    check(['tags', String(index), 'value'], 'a tag value', tag.value, TAG_VALUE);
  }
  return problems;
}

function shown(value: string): string {
  return JSON.stringify(value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value);
}
