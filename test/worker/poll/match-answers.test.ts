import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { TaskAnswer } from '../../../src/partner-central/model/task-kind.js';
import { NO_DETAILS } from '../../../src/tasks/task.js';
import { answerFor, indexAnswers } from '../../../src/worker/poll/match-answers.js';
import { CLOCK_TOLERANCE_MS } from '../../../src/worker/poll/look-plan.js';
import { answerWith, fromEngagement, fromOpportunity, taskWith } from '../../support/harness/task-harness.js';

const FIRST_AT = 1_000_000;
const NONE_CLAIMED = () => false;
const listed = (...answers: TaskAnswer[]) => indexAnswers('ENGAGEMENT_FROM_OPPORTUNITY', answers);
const withId = taskWith({ details: { ...NO_DETAILS, taskId: 'task-1' } });
const without = taskWith();
const about = (more: Partial<TaskAnswer>) => answerWith({ opportunityId: 'O1000001', startedAt: FIRST_AT, ...more });

describe('the answer about a task with an AWS id', () => {
  test('the answer with the AWS id of the task is its answer, whatever else it says', () => {
    const answer = answerWith({ taskId: 'task-1', opportunityId: 'O9', startedAt: 0 });
    expect(answerFor(withId, FIRST_AT, listed(about({ taskId: 'task-2' }), answer), NONE_CLAIMED)).toBe(answer);
    expect(answerFor(withId, FIRST_AT, listed(answer), () => true)).toBe(answer);
  });

  test('a task whose AWS id is not listed has no answer', () => {
    expect(answerFor(withId, FIRST_AT, listed(about({ taskId: 'task-2' }), about({})), NONE_CLAIMED)).toBeNull();
    expect(answerFor(withId, FIRST_AT, listed(), NONE_CLAIMED)).toBeNull();
  });
});

describe('the answer about a task without an AWS id', () => {
  test.each([
    ['on its opportunity', about({ taskId: 'task-1' }), true],
    ['without an AWS id', about({}), true],
    ['without a StartTime', about({ startedAt: null }), true],
    ['from just before, within the tolerance of clocks', about({ startedAt: FIRST_AT - CLOCK_TOLERANCE_MS }), true],
    ['from earlier', about({ startedAt: FIRST_AT - CLOCK_TOLERANCE_MS - 1 }), false],
    ['on another opportunity', about({ opportunityId: 'O2' }), false],
    ['on no opportunity', about({ opportunityId: null }), false],
    ['that belongs to another task', about({ taskId: 'task-claimed' }), false],
  ])('an answer %s is accepted or refused: %#', (_, answer, fits) => {
    expect(answerFor(without, FIRST_AT, listed(answer), (id) => id === 'task-claimed')).toBe(fits ? answer : null);
  });

  test('the earliest answer that fits wins, so that a later start keeps its own answer', () => {
    const [early, late, undated] = [
      about({ taskId: 'a', startedAt: FIRST_AT + 1 }),
      about({ taskId: 'b', startedAt: FIRST_AT + 2 }),
      about({ taskId: 'c', startedAt: null }),
    ];
    fc.assert(
      fc.property(fc.shuffledSubarray([early, late, undated], { minLength: 1 }), (answers) => {
        const expected = [early, late, undated].find((answer) => answers.includes(answer));
        expect(answerFor(without, FIRST_AT, listed(...answers), NONE_CLAIMED)).toBe(expected);
      }),
      { verbose: 1 },
    );
  });

  test('an engagement matches by id and by ARN', () => {
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001';
    const task = taskWith({ input: fromEngagement({ identifier: arn }) });
    const answer = answerWith({ engagementId: 'eng-completes00001', startedAt: FIRST_AT });
    const answers = indexAnswers('OPPORTUNITY_FROM_ENGAGEMENT', [answer]);
    expect(answerFor(task, FIRST_AT, answers, NONE_CLAIMED)).toBe(answer);
    expect(answerFor(taskWith({ input: fromOpportunity() }), FIRST_AT, answers, NONE_CLAIMED)).toBeNull();
    expect(
      answerFor(taskWith({ input: fromEngagement({ identifier: 'eng-other' }) }), FIRST_AT, answers, NONE_CLAIMED),
    ).toBeNull();
  });
});
