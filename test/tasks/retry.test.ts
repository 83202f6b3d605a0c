import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { FAILURE_CATEGORIES } from '../../src/partner-central/recovery.js';
import type { ExternalInput } from '../../src/partner-central/model/task-kind.js';
import type { OutcomeCheckPort } from '../../src/tasks/outcome-check-port.js';
import { decideRetry, retryToken, type RetrySituation } from '../../src/tasks/retry.js';
import { TASK_STATUSES, type Observation, type Task } from '../../src/tasks/task.js';
import type { RetryOutcome } from '../../src/tasks/tasks.js';
import { EVERYBODY, accepted, answerWith, fromOpportunity, isSettled } from '../support/harness/task-harness.js';
import { ALICE, AUDITOR, BOB, COMPLETE, IN_PROGRESS, REFUSED, STARTER, openTasks } from '../support/harness/tasks.js';

const failedFor = (reasonCode: string): Observation => ({
  type: 'answered',
  answer: answerWith({ status: 'FAILED', reasonCode, message: 'no' }),
});
const DONE: OutcomeCheckPort = () => Promise.resolve({ type: 'done', message: 'It is submitted.' });
const NOT_DONE: OutcomeCheckPort = () => Promise.resolve({ type: 'not-done', message: 'It is a draft.' });
const UNCLEAR: OutcomeCheckPort = () => Promise.resolve({ type: 'unclear', message: "It may be another's." });

describe('decideRetry', () => {
  const ALL = TASK_STATUSES.flatMap((status) =>
    [...FAILURE_CATEGORIES, null].flatMap((category) =>
      (['done', 'not-done', null] as const).flatMap((finding) =>
        [false, true].map((despiteAdvice): RetrySituation => ({ status, category, finding, despiteAdvice })),
      ),
    ),
  );

  /** The rules, written independently of the table: the first that applies decides. */
  function expected({ status, category, finding, despiteAdvice }: RetrySituation): string {
    if (!['FAILED', 'REJECTED'].includes(status) || category === null) return 'TASK_NOT_FAILED';
    if (despiteAdvice) return 'retry';
    if (finding === 'done') return 'ALREADY_DONE';
    return category === 'LOOK_BEFORE_RETRY' && finding === null ? 'LOOK_FIRST' : 'retry';
  }

  test.each(ALL)(
    'a $status task with the failure $category, finding $finding and despiteAdvice $despiteAdvice is decided by the rules',
    (situation) => {
      expect(decideRetry(situation)).toBe(expected(situation));
    },
  );

  test('the decision is tested on all combinations', () => {
    expect(ALL).toHaveLength(5 * 7 * 3 * 2);
  });
});

test('the token of a retry never changes', () => {
  expect(retryToken('01a20067-b252-7112-b1a4-eebe9b073179')).toBe('24d670da-adbe-5e8e-a700-8311e5a413d0');
  expect(retryToken('01a20067-b252-7112-b1a4-eebe9b073178')).not.toBe(
    retryToken('01a20067-b252-7112-b1a4-eebe9b073179'),
  );
});

describe('Tasks.retry', () => {
  async function withTask(
    observation: Observation | null,
    options: Parameters<typeof openTasks>[0] = {},
    viewer = ALICE,
  ) {
    const opened = await openTasks(options);
    const task = await accepted(
      opened.tasks,
      fromOpportunity({ tags: [{ key: 'team', value: 'north' }] }),
      'token',
      viewer,
    );
    if (observation !== null) await opened.record(task.id, observation);
    return { ...opened, task };
  }
  const retried = (outcome: RetryOutcome): Task => {
    if (outcome.type !== 'accepted') throw new Error(`It was refused: ${JSON.stringify(outcome)}`);
    return outcome.task;
  };

  test('a retry has the same input, a token of its own, links both ways and the subject of its caller', async () => {
    const { tasks, task } = await withTask(failedFor('RequestThrottled'));
    const outcome = await tasks.retry(AUDITOR, task.id, false);
    expect(outcome).toMatchObject({
      type: 'accepted',
      replayed: false,
      task: {
        retryOf: task.id,
        batchId: null,
        input: task.input,
        subject: 'auditor',
        status: 'QUEUED',
        clientToken: retryToken(task.id),
      },
    });
    expect(await tasks.retryOf(AUDITOR, task.id)).toEqual(retried(outcome));
    expect(await tasks.retryOf(AUDITOR, retried(outcome).id)).toBeNull();
    expect(await tasks.retryOf(ALICE, task.id)).toBeNull();
  });

  test('a retry waits for AWS like a start', async () => {
    const { tasks, record, clock, db } = await openTasks({ startWaitMs: 8 * SECOND });
    const starting = accepted(tasks, fromOpportunity(), 'token', ALICE);
    await clock.whenAsleep(2);
    const idOf = async (index: number) =>
      (await db.sql.selectFrom('tasks').select('id').orderBy('position').execute())[index]?.id ?? '';
    await record(await idOf(0), failedFor('RequestThrottled'));
    await starting;
    const retrying = tasks.retry(ALICE, await idOf(0), false);
    await clock.whenAsleep(2);
    expect(await isSettled(retrying)).toBe(false);
    await record(await idOf(1), COMPLETE);
    expect(await retrying).toMatchObject({ type: 'accepted', replayed: false, task: { status: 'COMPLETE' } });
  });

  test('a repeated retry is replayed in any status, and a retry can itself be retried', async () => {
    const { tasks, task, record } = await withTask(failedFor('RequestThrottled'));
    const first = retried(await tasks.retry(ALICE, task.id, false));
    await record(first.id, failedFor('InternalError'));
    expect(await tasks.retry(ALICE, task.id, false)).toMatchObject({
      type: 'accepted',
      replayed: true,
      task: { id: first.id, status: 'FAILED' },
    });
    const second = retried(await tasks.retry(ALICE, first.id, false));
    expect(second).toMatchObject({ retryOf: first.id, input: task.input });
    expect(await tasks.count(EVERYBODY, {})).toBe(3);
  });

  test('a hundred retries of one task at once by two subjects are one task', async () => {
    const { tasks, task } = await withTask(REFUSED, { checkOutcome: NOT_DONE });
    const outcomes = await Promise.all(
      Array.from({ length: 100 }, (_, index) =>
        tasks.retry([EVERYBODY, AUDITOR][index % 2] ?? EVERYBODY, task.id, false),
      ),
    );
    expect(new Set(outcomes.map((outcome) => retried(outcome).id)).size).toBe(1);
    expect(outcomes.filter((outcome) => outcome.type === 'accepted' && !outcome.replayed)).toHaveLength(1);
    expect(await tasks.count(EVERYBODY, {})).toBe(2);
  });

  test('a retry of another caller is refused to a viewer who may not see it, and nothing is started or counted', async () => {
    const { tasks, task, telemetry } = await withTask(failedFor('InternalError'));
    await tasks.retry(AUDITOR, task.id, false);
    const startsAccepted = async () =>
      (await telemetry.registry.getSingleMetric('gateway_starts_accepted_total')?.get())?.values.map(
        ({ value }) => value,
      );
    const before = await startsAccepted();
    expect(before).toEqual([2]);
    expect(await tasks.retry(ALICE, task.id, false)).toMatchObject({ type: 'refused', code: 'ALREADY_RETRIED' });
    expect(await tasks.count(EVERYBODY, {})).toBe(2);
    expect(await startsAccepted()).toEqual(before);
  });

  test.each([
    ['does not exist', EVERYBODY, 'unknown'],
    ['belongs to another subject', BOB, null],
    ['the viewer may not read', STARTER, null],
    ['is in a catalog that is not the viewer’s', { ...EVERYBODY, catalogs: ['AWS' as const] }, null],
  ])('a retry of a task that %s is refused as NOT_FOUND', async (_, viewer, id) => {
    const { tasks, task } = await withTask(failedFor('InternalError'));
    expect(await tasks.retry(viewer, id ?? task.id, true)).toMatchObject({
      type: 'refused',
      code: 'NOT_FOUND',
      message: expect.stringContaining(id ?? task.id),
    });
  });

  test('the refusal for an unknown task truncates a long id', async () => {
    const { tasks } = await openTasks();
    expect(await tasks.retry(ALICE, 'x'.repeat(100_000), false)).toMatchObject({
      message: `There is no task ${'x'.repeat(60)}…, or this caller may not see it.`,
    });
  });

  test.each<[string, Observation | null, RegExp]>([
    ['QUEUED', null, /has not ended.*Only a task that failed or was refused/],
    ['IN_PROGRESS', IN_PROGRESS, /has not ended.*Only a task that failed or was refused/],
    ['COMPLETE', COMPLETE, /has completed.*Make a new start/],
  ])('a retry of a %s task is refused despite despiteAdvice', async (_status, observation, advice) => {
    const { tasks, task } = await withTask(observation);
    const outcome = await tasks.retry(ALICE, task.id, true);
    expect(outcome).toMatchObject({
      type: 'refused',
      code: 'TASK_NOT_FAILED',
    });
    expect('message' in outcome && outcome.message).toMatch(advice);
  });

  test('a retry of a task that was started elsewhere is refused', async () => {
    const { tasks, task, db } = await withTask(failedFor('InternalError'));
    const input: ExternalInput = {
      origin: 'EXTERNAL',
      kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
      catalog: 'SANDBOX',
      identifier: 'O1',
      tags: [],
    };
    await db.sql
      .updateTable('tasks')
      .set({ input: JSON.stringify(input) })
      .execute();
    expect(await tasks.retry(ALICE, task.id, true)).toMatchObject({ type: 'refused', code: 'STARTED_ELSEWHERE' });
  });

  test.each([
    ['FAILED', failedFor('OpportunityConflict')],
    ['REJECTED', REFUSED],
  ])(
    'a retry of a task %s with a conflict needs a finding that the work is not done, or despiteAdvice',
    async (_, failed) => {
      const unseen = await withTask(failed);
      expect(await unseen.tasks.retry(ALICE, unseen.task.id, false)).toMatchObject({
        type: 'refused',
        code: 'LOOK_FIRST',
        message: expect.stringMatching(/ook at .*If the work is not done, retry all the same\.$/s),
      });
      expect(await unseen.tasks.retry(ALICE, unseen.task.id, true)).toMatchObject({
        type: 'accepted',
        replayed: false,
      });
      const done = await withTask(failed, { checkOutcome: DONE });
      expect(await done.tasks.retry(ALICE, done.task.id, false)).toMatchObject({
        type: 'refused',
        code: 'ALREADY_DONE',
        message: expect.stringMatching(/^It is submitted\. Retry only if you are sure that it is not done\.$/),
      });
      expect(await done.tasks.retry(ALICE, done.task.id, true)).toMatchObject({ type: 'accepted', replayed: false });
      const unclear = await withTask(failed, { checkOutcome: UNCLEAR });
      expect(await unclear.tasks.retry(ALICE, unclear.task.id, false)).toMatchObject({
        type: 'refused',
        code: 'LOOK_FIRST',
        message: expect.stringMatching(/^It may be another's\. .*retry all the same/),
      });
      const open = await withTask(failed, { checkOutcome: NOT_DONE });
      expect(await open.tasks.retry(ALICE, open.task.id, false)).toMatchObject({ type: 'accepted', replayed: false });
    },
  );

  test('an outcome check is made only after a conflict, and not for a repeated retry or with despiteAdvice', async () => {
    const checked: string[] = [];
    const checkOutcome: OutcomeCheckPort = (input) => {
      checked.push(input.identifier);
      return NOT_DONE(input);
    };
    for (const [observation, despiteAdvice] of [
      [failedFor('InternalError'), false],
      [failedFor('OpportunityConflict'), true],
    ] as const) {
      const { tasks, task } = await withTask(observation, { checkOutcome });
      await tasks.retry(ALICE, task.id, despiteAdvice);
      await tasks.retry(ALICE, task.id, false);
    }
    expect(checked).toEqual([]);
  });

  test('a retry waits at most 5 s for an outcome check', async () => {
    const { tasks, task, clock } = await withTask(REFUSED, { checkOutcome: () => new Promise(() => undefined) });
    const retrying = tasks.retry(ALICE, task.id, false);
    await clock.whenAsleep(2);
    await clock.advance(5 * SECOND - 1);
    expect(await isSettled(retrying)).toBe(false);
    await clock.advance(1);
    expect(await retrying).toMatchObject({ type: 'refused', code: 'LOOK_FIRST' });
  });

  test('a retry whose token the viewer used for another start is refused', async () => {
    const { tasks, task } = await withTask(failedFor('InternalError'));
    await accepted(tasks, fromOpportunity({ identifier: 'O2' }), retryToken(task.id), ALICE);
    expect(await tasks.retry(ALICE, task.id, false)).toMatchObject({ type: 'refused', code: 'CLIENT_TOKEN_REUSED' });
  });
});
