/**
 * How AWS's identifiers look (service model, API version 2022-07-26). The model leaves out the anchors that its source has: always the whole string.
 * It bounds the ARN of an invitation, and not that of an engagement, which looks the same; PostgreSQL has no room in an index for 2,700 bytes.
 */

export type TextRule = { readonly noun: string; readonly pattern: RegExp; readonly expected: string };

export const OPPORTUNITY: TextRule = {
  noun: 'an opportunity identifier',
  pattern: /^O[0-9]{1,19}$/u,
  expected: 'the letter O and 1 to 19 digits, for example O1000001',
};
export const ENGAGEMENT: TextRule = {
  noun: 'an engagement identifier',
  pattern: /^(?=.{1,255}$)(arn:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*|eng-[0-9a-z]{14})$/u,
  expected:
    '"eng-" and 14 lower-case letters or digits, for example eng-completes00001, or the ARN of the engagement, at most 255 characters',
};
export const INVITATION: TextRule = {
  noun: 'an engagement invitation identifier',
  pattern: /^(?=.{1,255}$)(arn:[^\p{Cc}\p{Cs}\p{Zl}\p{Zp}]*|engi-[0-9a-z]{13})$/u,
  expected:
    '"engi-" and 13 lower-case letters or digits, for example engi-completes0001, or the ARN of the invitation, at most 255 characters',
};
export const SNAPSHOT_JOB: TextRule = {
  noun: 'a resource snapshot job identifier',
  pattern: /^job-[0-9a-z]{13}$/u,
  expected: '"job-" and 13 lower-case letters or digits, for example job-0000000000001',
};

/** What is wrong with a value and what would be right; null when nothing is. */
export function patternError({ noun, pattern, expected }: TextRule, value: string): string | null {
  return pattern.test(value)
    ? null
    : `${JSON.stringify(truncateForMessage(value))} is not ${noun}. Expected ${expected}.`;
}

const SHOWN_LENGTH = 60;

/** As much of what a caller wrote as helps to recognise it: one variable may come back in many messages. */
export function truncateForMessage(value: string): string {
  return value.length > SHOWN_LENGTH ? `${value.slice(0, SHOWN_LENGTH)}…` : value;
}
