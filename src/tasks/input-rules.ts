/**
 * Validates the input of a start before AWS is called, and reports every wrong field. The patterns and bounds are those
 * of AWS's service model (API version 2022-07-26). The catalogs are those of this gateway and this caller. AWS decides
 * about the state of records.
 */
import { ENGAGEMENT, INVITATION, OPPORTUNITY, patternError, type TextRule } from '../partner-central/identifiers.js';
import { CLIENT_TOKEN, catalogMistake, tagMistakes } from '../partner-central/model/request-rules.js';
import { CATALOGS, type Catalog, type TaskInput, type TaskKind } from '../partner-central/model/task-kind.js';

export type InputProblem = {
  readonly code: 'INVALID_INPUT' | 'CATALOG_NOT_ALLOWED';
  /** Says what is wrong, and what would be right. */
  readonly message: string;
  /** Path within the start's input, e.g. `['tags', '0', 'key']`. */
  readonly path: readonly string[];
};

/** The model gives a start no upper bound. In the model of an engagement, contexts have up to three characters. */
const CONTEXT: TextRule = {
  noun: 'a context identifier',
  pattern: /^[1-9][0-9]{0,254}$/u,
  expected: 'a whole number from 1 without leading zeros, at most 255 digits, for example 1',
};
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
  const mistake = catalogMistake(input.identifier, input.catalog);
  if (mistake !== null) problems.push({ code: 'INVALID_INPUT', path: ['identifier'], message: mistake });
  if (input.kind === 'OPPORTUNITY_FROM_ENGAGEMENT') check(['contextIdentifier'], CONTEXT, input.contextIdentifier);
  if (clientToken !== null) check(['clientToken'], CLIENT_TOKEN, clientToken);
  for (const { path, message } of tagMistakes(input.tags))
    problems.push({ code: 'INVALID_INPUT', path: ['tags', ...path], message });
  return problems;
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
