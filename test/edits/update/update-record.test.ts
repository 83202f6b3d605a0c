/** The outcome of an edit that nothing disturbs, and of one while others edit too. */
import { describe, expect, test } from '@jest/globals';
import { createLatestChanges } from '../../../src/edits/latest-changes.js';
import { isAsNewAs } from '../../../src/edits/update/update-record.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { openEditableAws } from '../../support/fakes/editable-aws.js';
import { refusal } from '../../support/fakes/aws-stub.js';

const NEXT_STEPS = { lifeCycle: { nextSteps: 'Sign.' } };
const conflict = refusal('ConflictException', { Message: 'The last modified date is not the latest.' });

describe('an undisturbed edit', () => {
  test('the whole object is sent with the exact time of its last change, and the answer has the new record', async () => {
    const aws = await openEditableAws({ New: { Number: 1.5 } });
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      type: 'done',
      changed: ['lifeCycle.nextSteps'],
      record: { lifeCycle: { nextSteps: 'Sign.', stage: 'PROSPECT', reviewStatus: 'PENDING_SUBMISSION' } },
    });
    expect(aws.updates).toEqual([
      {
        Catalog: 'Sandbox',
        Identifier: 'O1',
        LastModifiedDate: '2026-01-01T00:00:01.123456789Z',
        LifeCycle: { ReviewStatus: 'Pending Submission', Stage: 'Prospect', NextSteps: 'Sign.' },
        Project: { Title: 'A title' },
        New: { Number: 1.5 },
      },
    ]);
  });

  test('an edit whose values are there already makes no write, also with an outdated expectation', async () => {
    const aws = await openEditableAws();
    await aws.update(NEXT_STEPS);
    expect(await aws.update(NEXT_STEPS, Date.UTC(2026, 0, 1))).toMatchObject({ type: 'done', changed: [] });
    expect(aws.updates).toHaveLength(1);
  });

  test('while AWS shows the old state, the answer has what was sent', async () => {
    const aws = await openEditableAws();
    aws.stale.push(aws.shown(), aws.shown());
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      type: 'done',
      record: {
        id: 'O1',
        lifeCycle: { nextSteps: 'Sign.', reviewStatus: 'PENDING_SUBMISSION' },
        lastModifiedAt: Date.UTC(2026, 0, 1, 0, 0, 2, 123),
        createdAt: Date.UTC(2025, 0, 1),
        relatedEntities: { solutions: ['S-1'] },
      },
    });
  });

  test('an edit while AWS shows the state before an earlier edit is made on the present state', async () => {
    const aws = await openEditableAws();
    const before = aws.shown();
    await aws.update(NEXT_STEPS);
    for (const [patch, wanted] of [
      [{ lifeCycle: { nextSteps: 'Wait.' } }, { NextSteps: 'Wait.' }],
      [{ lifeCycle: { nextSteps: null } }, {}],
      [{ lifeCycle: { closedLostReason: 'Price' } }, { ClosedLostReason: 'Price' }],
    ] as const) {
      aws.stale.push(before, before, before);
      expect(await aws.update(patch)).toMatchObject({ type: 'done', changed: [expect.any(String)] });
      expect(aws.record()['LifeCycle']).toEqual({ ReviewStatus: 'Pending Submission', Stage: 'Prospect', ...wanted });
    }
    expect(aws.updates).toHaveLength(4);
  });

  test('a state that AWS shows for longer than ten seconds counts as the present one', async () => {
    let now = 1000;
    const latest = createLatestChanges<number>({ ...systemClock, monotonic: () => now });
    latest.confirm('SANDBOX/O1', isAsNewAs(1500));
    now = 10_000;
    expect(['SANDBOX/O1', 'SANDBOX/O2'].map((record) => latest.isOutdated(record, 999))).toEqual([true, false]);
    // The time without its fraction.
    expect(latest.isOutdated('SANDBOX/O1', 1000)).toBe(false);
    now = 12_000;
    expect(latest.isOutdated('SANDBOX/O1', 999)).toBe(false);
  });

  test('each edit is one entry for the log, with paths and without values', async () => {
    const aws = await openEditableAws();
    await aws.update(NEXT_STEPS);
    await aws.update(NEXT_STEPS);
    await aws.update({ project: { additionalComments: '' } });
    expect(aws.entries).toEqual(
      [
        { changed: ['lifeCycle.nextSteps'], outcome: 'done' },
        { changed: [], outcome: 'unchanged' },
        { changed: [], outcome: 'INVALID_INPUT' },
      ].map((entry) => ({
        ...entry,
        operation: 'updateOpportunity',
        subject: 'seller',
        catalog: 'SANDBOX',
        identifier: 'O1',
        durationMs: expect.any(Number),
      })),
    );
  });
});

describe('changes of others', () => {
  test('changes of other members are merged', async () => {
    const aws = await openEditableAws();
    aws.before(2, () => aws.change('Project', { Title: `Title ${aws.version()}` }));
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done', changed: ['lifeCycle.nextSteps'] });
    expect(aws.record()).toMatchObject({ Project: { Title: 'Title 2' }, LifeCycle: { NextSteps: 'Sign.' } });
    expect(aws.updates).toHaveLength(3);
  });

  test('a change of the same member is a conflict with the three values', async () => {
    const aws = await openEditableAws({ LifeCycle: { ReviewStatus: 'Pending Submission', NextSteps: 'Call.' } });
    aws.before(1, () => aws.change('LifeCycle', { NextSteps: 'Visit.' }));
    expect(await aws.update({ ...NEXT_STEPS, project: { title: 'Mine' } })).toEqual({
      type: 'refused',
      errors: [
        {
          code: 'EDIT_CONFLICT',
          message: 'Somebody else changed lifeCycle.nextSteps since this edit began.',
          path: ['patch', 'lifeCycle', 'nextSteps'],
          conflict: { base: 'Call.', theirs: 'Visit.', mine: 'Sign.' },
          awsCode: null,
          retryAfterMs: null,
          mayBeDone: false,
        },
      ],
    });
    expect(aws.record()).toMatchObject({ Project: { Title: 'A title' }, LifeCycle: { NextSteps: 'Visit.' } });
  });

  test('the same change by somebody else does not conflict', async () => {
    const aws = await openEditableAws();
    aws.before(1, () => aws.change('LifeCycle', { NextSteps: 'Sign.' }));
    expect(await aws.update({ ...NEXT_STEPS, project: { title: 'Mine' } })).toMatchObject({
      type: 'done',
      changed: ['project.title'],
    });
  });

  test('after three tries the edit is refused, and nothing was changed', async () => {
    const aws = await openEditableAws();
    aws.before(9, () => aws.change('Project', { Title: `Title ${aws.version()}` }));
    expect(await aws.update(NEXT_STEPS)).toMatchObject({
      type: 'refused',
      errors: [{ code: 'CONFLICT', mayBeDone: false, retryAfterMs: 5000, path: null }],
    });
    expect(aws.updates).toHaveLength(3);
  });

  test('with an expected time each change since is a conflict', async () => {
    const aws = await openEditableAws();
    const expected = Date.UTC(2026, 0, 1, 0, 0, 1, 123);
    aws.change('Project', { Title: 'Theirs' });
    expect(await aws.update(NEXT_STEPS, expected)).toMatchObject({
      type: 'refused',
      errors: [
        {
          code: 'EDIT_CONFLICT',
          path: ['expectedModifiedAt'],
          conflict: {
            base: '2026-01-01T00:00:01.123Z',
            theirs: '2026-01-01T00:00:02.123Z',
            mine: '2026-01-01T00:00:01.123Z',
          },
        },
      ],
    });
    aws.before(1, () => aws.change('Project', { Title: 'Theirs again' }));
    expect(await aws.update(NEXT_STEPS, expected + 1000)).toMatchObject({ errors: [{ code: 'EDIT_CONFLICT' }] });
    expect(aws.updates).toHaveLength(1);
    expect(await aws.update(NEXT_STEPS, expected + 2000)).toMatchObject({ type: 'done' });
  });

  test('a conflict that no change explains is tried again, then answered with the words of AWS', async () => {
    const aws = await openEditableAws();
    aws.fates.push(conflict, 'made');
    expect(await aws.update(NEXT_STEPS)).toMatchObject({ type: 'done' });
    aws.fates.push(conflict, conflict, conflict);
    expect(await aws.update({ lifeCycle: { nextSteps: 'Wait.' } })).toMatchObject({
      errors: [
        { code: 'CONFLICT', message: 'The last modified date is not the latest.', awsCode: 'ConflictException' },
      ],
    });
  });

  test('concurrent edits of different members both survive, with one write each', async () => {
    const aws = await openEditableAws();
    const patches = [
      NEXT_STEPS,
      { project: { title: 'New' } },
      { marketing: { source: 'None' } },
      { nationalSecurity: 'No' },
    ];
    const outcomes = await Promise.all(patches.map((patch) => aws.update(patch)));
    expect(outcomes.map(({ type }) => type)).toEqual(['done', 'done', 'done', 'done']);
    expect(aws.record()).toMatchObject({
      LifeCycle: { NextSteps: 'Sign.' },
      Project: { Title: 'New' },
      Marketing: { Source: 'None' },
      NationalSecurity: 'No',
    });
    expect(aws.updates).toHaveLength(4);
  });

  test('of two concurrent edits of the same member exactly one is a conflict', async () => {
    const aws = await openEditableAws();
    const [one, other] = await Promise.all(
      ['One.', 'Other.'].map((nextSteps) => aws.update({ lifeCycle: { nextSteps } })),
    );
    expect(one).toMatchObject({ type: 'done' });
    expect(other).toMatchObject({
      errors: [{ code: 'EDIT_CONFLICT', conflict: { base: null, theirs: 'One.', mine: 'Other.' } }],
    });
    expect(aws.updates).toHaveLength(1);
  });
});
