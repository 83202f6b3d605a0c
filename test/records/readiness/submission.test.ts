/** Each rule of a submission by itself, and its messages. */
import { describe, expect, test } from '@jest/globals';
import { submissionChecks } from '../../../src/records/readiness/submission.js';
import { COMPLETE, NOW } from '../../support/fixtures/passing-records.js';
import { CASES, FACTS, describedIn, type Case } from '../../support/fixtures/submission-cases.js';
import { withAccount, withLifeCycle } from '../../support/fixtures/varied-opportunity.js';

function checksFor({ opportunity = COMPLETE, facts = {}, now = NOW }: Case) {
  return submissionChecks(opportunity, { ...FACTS, ...facts }, now);
}

function rulesWith(outcome: string, made: Case): string[] {
  return checksFor(made)
    .filter((check) => check.outcome === outcome)
    .map(({ rule }) => rule);
}

const messageOf = (rule: string, made: Case) => checksFor(made).find((check) => check.rule === rule)?.message;

describe('submissionChecks', () => {
  test('a complete opportunity passes every rule except the one that only AWS can evaluate', () => {
    expect(rulesWith('FAILED', {})).toEqual([]);
    expect(rulesWith('UNKNOWN', {})).toEqual(['DUPLICATE_CUSTOMER']);
  });

  test('the table of cases has every rule', () => {
    expect(Object.keys(CASES).toSorted()).toEqual(
      checksFor({})
        .map(({ rule }) => rule)
        .toSorted(),
    );
  });

  const rows = Object.entries(CASES).flatMap(([rule, outcomes]) =>
    Object.entries(outcomes).flatMap(([outcome, cases]) =>
      cases.map((made, index) => [rule, outcome, index + 1, made] as const),
    ),
  );

  test.each(rows)('the rule %s is %s in its case %i, and no other rule is broken', (rule, outcome, _, made) => {
    expect(checksFor(made).find((check) => check.rule === rule)).toMatchObject({ outcome });
    const broken = outcome === 'FAILED' ? [rule] : [];
    expect(rulesWith('FAILED', made).toSorted()).toEqual([...broken, ...(made.also ?? [])].toSorted());
  });
});

describe('the messages of a submission', () => {
  test.each([
    ['SUBMITTED', 'The opportunity is Submitted already.'],
    ['IN_REVIEW', 'The opportunity is In Review:'],
    ['APPROVED', 'The opportunity is Approved; there is nothing to submit.'],
    ['REJECTED', 'The opportunity is Rejected:'],
    ['ACTION_REQUIRED', 'The opportunity is Action Required:'],
  ] as const)('the message for the review status %s names it', (reviewStatus, message) => {
    expect(messageOf('REVIEW_STATUS_PENDING', { opportunity: withLifeCycle({ reviewStatus }) })).toMatch(message);
  });

  test('the message for the stage Prospect advises to qualify', () => {
    expect(messageOf('STAGE_QUALIFIED', { opportunity: withLifeCycle({ stage: 'PROSPECT' }) })).toMatch(/Qualified/);
  });

  test('the message for a wrong postal code has the form of the country', () => {
    const wrong = (countryCode: string) => ({ opportunity: withAccount({}, { countryCode, postalCode: '1' }) });
    expect(messageOf('POSTAL_CODE_FORMAT', wrong('CA'))).toMatch(
      /: A9A 9A9 or A9A9A9 \(9 is a digit, A is a letter\)\.$/,
    );
    expect(messageOf('POSTAL_CODE_FORMAT', wrong('RE'))).toMatch(/: 974NN \(N is a digit\)\.$/);
  });

  test('the message for another solution says that it is not a solution', () => {
    expect(messageOf('SOLUTION_ASSOCIATED', { opportunity: describedIn('QUALIFIED') })).toBe(
      'No solution is associated, but another one is described, which AWS has been seen to accept instead.',
    );
  });
});
