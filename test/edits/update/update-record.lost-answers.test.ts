/** The outcome of an edit whose answers are lost. */
import { describe, expect, test } from '@jest/globals';
import { openEditableAws } from '../../support/fakes/editable-aws.js';
import { refusal } from '../../support/fakes/aws-stub.js';

const NEXT_STEPS = { lifeCycle: { nextSteps: 'Sign.' } };

describe('lost answers', () => {
  test('an edit that was made is found by reading', async () => {
    const aws = await openEditableAws();
    aws.fates.push('made, answer lost');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done', changed: ['lifeCycle.nextSteps'] });
    expect(aws.updates).toHaveLength(1);
    expect(aws.version()).toBe(2);
  });

  test('an edit that AWS shows late is not made twice', async () => {
    const aws = await openEditableAws();
    aws.fates.push('made, answer lost');
    aws.stale.push(aws.shown(), aws.shown(), aws.shown());
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done', changed: ['lifeCycle.nextSteps'] });
    expect(aws.version()).toBe(2);
  });

  test('an edit that was not made is tried again', async () => {
    const aws = await openEditableAws();
    aws.fates.push('not made, answer lost', 'not made, answer lost', 'made');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done' });
    expect(aws.version()).toBe(2);
  });

  test('after three lost answers without an effect, the error says that the edit may still be made', async () => {
    const aws = await openEditableAws();
    aws.fates.push('not made, answer lost', 'not made, answer lost', 'not made, answer lost');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      errors: [{ code: 'UPSTREAM_FAILED', mayBeDone: true, retryAfterMs: 5000 }],
    });
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done' });
    expect(aws.version()).toBe(2);
  });

  test('a spent quota after a lost answer does not promise that nothing was changed', async () => {
    const aws = await openEditableAws({}, { perSecond: Infinity, perDay: 1 });
    aws.fates.push('not made, answer lost');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      errors: [
        {
          code: 'UPSTREAM_FAILED',
          message: expect.stringContaining('AWS may have made the change'),
          retryAfterMs: expect.any(Number),
          mayBeDone: true,
        },
      ],
    });
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ errors: [{ code: 'QUOTA_SPENT', mayBeDone: false }] });
  });

  test('the next edit is made on the state that proved the lost one, although AWS shows the state before', async () => {
    const aws = await openEditableAws();
    const before = aws.shown();
    aws.fates.push('made, answer lost');
    await aws.update(NEXT_STEPS);
    aws.stale.push(before, before);
    expect(await aws.update({ lifeCycle: { nextSteps: null } })).toMatchObject({ changed: ['lifeCycle.nextSteps'] });
    expect(aws.record()['LifeCycle']).toEqual({ ReviewStatus: 'Pending Submission', Stage: 'Prospect' });
  });

  test('the third answer is lost and the edit was made', async () => {
    const aws = await openEditableAws();
    aws.fates.push('not made, answer lost', 'not made, answer lost', 'made, answer lost');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done', changed: ['lifeCycle.nextSteps'] });
  });

  test('a record that cannot be read after a lost answer leaves the edit open', async () => {
    const aws = await openEditableAws();
    aws.fates.push('made, answer lost');
    aws.before(1, () => {
      aws.stub.answers['GetOpportunity'] = () => refusal('AccessDeniedException', { Message: 'No.' });
    });
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ errors: [{ code: 'ACCESS_DENIED', mayBeDone: true }] });
  });

  test('another value after a lost answer is a conflict of which the cause is open', async () => {
    const aws = await openEditableAws();
    aws.fates.push('made, answer lost');
    const first = aws.update(NEXT_STEPS);
    aws.stale.push(aws.shown(), aws.shown(), aws.shown());
    aws.before(2, () => aws.version() === 2 && aws.change('LifeCycle', { NextSteps: 'Theirs.' }));
    expect(await first).toMatchObject({
      errors: [
        {
          code: 'EDIT_CONFLICT',
          message: expect.stringMatching(/^AWS's answer was lost, and lifeCycle.nextSteps has neither its old value/),
          mayBeDone: true,
          conflict: { base: null, theirs: 'Theirs.', mine: 'Sign.' },
        },
      ],
    });
  });
});
