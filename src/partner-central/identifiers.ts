/**
 * The forms of AWS's identifiers (service model, API version 2022-07-26). The model omits the anchors, but a pattern
 * always covers the whole string. The model bounds the ARN of an invitation but not the ARN of an engagement. Both have
 * the same bound here, because an index of PostgreSQL holds less than 2,700 bytes. An ARN that ends in a slash fits the
 * model, but has no id.
 */

export type TextRule = { readonly noun: string; readonly pattern: RegExp; readonly expected: string };

export const OPPORTUNITY: TextRule = {
  noun: 'an opportunity identifier',
  pattern: /^O[0-9]{1,19}$/u,
  expected: 'the letter O and 1 to 19 digits, for example O1000001',
};
export const ENGAGEMENT: TextRule = {
  noun: 'an engagement identifier',
  pattern: /^(?=.{1,255}$)(arn:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*(?<!\/)|eng-[0-9a-z]{14})$/u,
  expected:
    '"eng-" and 14 lower-case letters or digits, for example eng-completes00001, or the ARN of the engagement, which ' +
    'ends in its id (at most 255 characters)',
};
export const INVITATION: TextRule = {
  noun: 'an engagement invitation identifier',
  pattern: /^(?=.{1,255}$)(arn:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*(?<!\/)|engi-[0-9a-z]{13})$/u,
  expected:
    '"engi-" and 13 lower-case letters or digits, for example engi-completes0001, or the ARN of the invitation, which ' +
    'ends in its id (at most 255 characters)',
};
export const SNAPSHOT_JOB: TextRule = {
  noun: 'a resource snapshot job identifier',
  pattern: /^job-[0-9a-z]{13}$/u,
  expected: '"job-" and 13 lower-case letters or digits, for example job-0000000000001',
};

export const SOLUTION: TextRule = {
  noun: 'a solution identifier',
  pattern: /^S-[0-9]{1,19}$/u,
  expected: '"S-" and 1 to 19 digits, for example S-0000001',
};
export const MARKETPLACE_SOLUTION_ARN: TextRule = {
  noun: 'the ARN of a solution in AWS Marketplace',
  pattern: /^(?=.{1,2048}$)arn:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*$/u,
  expected: '"arn:" and more, at most 2,048 characters',
};
export const AWS_ACCOUNT: TextRule = {
  noun: 'an AWS account',
  pattern: /^([0-9]{12}|\w{1,12})$/u,
  expected: '12 digits, or an alias of at most 12 letters, digits or underscores, for example AWS',
};
export const DATE: TextRule = {
  noun: 'a date',
  pattern: /^[1-9][0-9]{3}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])$/u,
  expected: 'year, month and day, for example 2027-01-31',
};

/** The error of a wrong value, with the expected form; null for a valid value. */
export function patternError({ noun, pattern, expected }: TextRule, value: string): string | null {
  return pattern.test(value)
    ? null
    : `${JSON.stringify(truncateForMessage(value))} is not ${noun}. Expected ${expected}.`;
}

const SHOWN_LENGTH = 60;

/**
 * The beginning of a caller's value, enough to recognise it. The cut matters because many messages can quote one value.
 */
export function truncateForMessage(value: string): string {
  return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
}

/** The last part of an ARN, or the unchanged identifier, because the filters of a List accept only ids. */
export function identifierOf(identifier: string): string {
  return identifier.startsWith('arn:') ? identifier.slice(identifier.lastIndexOf('/') + 1) : identifier;
}
