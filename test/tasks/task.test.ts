import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { ErrorCode } from '../../src/partner-central/failure.js';
import {
  ERROR_RECOVERY,
  REASON_RECOVERY,
  UNKNOWN_RECOVERY,
  UNSENT_RECOVERY,
} from '../../src/partner-central/recovery.js';
import {
  NO_DETAILS,
  TASK_STATUSES,
  isTerminal,
  knownReasonCode,
  observe,
  recoveryOf,
  type Observation,
  type RecordedFailure,
  type Task,
  type TaskStatus,
} from '../../src/tasks/task.js';
import { answerWith, taskWith } from '../support/harness/task-harness.js';

/** By hand from the drawing in the design; `-` is no change. */
const TABLE = `
  status       IN_PROGRESS  COMPLETE  FAILED  refused   abandoned
  QUEUED       IN_PROGRESS  COMPLETE  FAILED  REJECTED  REJECTED
  IN_PROGRESS  -            COMPLETE  FAILED  -         -
  COMPLETE     -            -         -       -         -
  FAILED       -            -         -       -         -
  REJECTED     -            -         -       -         -
`;
const [[, ...EVENTS] = [], ...ROWS] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const CELLS = ROWS.flatMap(([status = '', ...cells]) =>
  cells.map((cell, index) => ({ status, event: EVENTS[index] ?? '', becomes: cell })),
);

const FAILURE: RecordedFailure = {
  rawReasonCode: null,
  errorCode: 'CONFLICT',
  awsCode: 'ConflictException',
  message: 'no',
  fieldErrors: [],
};

function statusNamed(name: string): TaskStatus {
  const status = TASK_STATUSES.find((candidate) => candidate === name);
  if (status === undefined) throw new Error(`There is no status ${name}.`);
  return status;
}

function observationOf(event: string): Observation {
  switch (event) {
    case 'IN_PROGRESS':
    case 'COMPLETE':
    case 'FAILED':
      return { type: 'answered', answer: answerWith({ status: event }) };
    case 'refused':
    case 'abandoned':
      return { type: event, failure: FAILURE };
    default:
      throw new Error(`There is no event ${event}.`);
  }
}

const text = fc.option(fc.constantFrom('a', 'b', 'c'), { nil: null });
const anAnswer = fc.record({
  status: fc.constantFrom('IN_PROGRESS' as const, 'COMPLETE' as const, 'FAILED' as const),
  taskId: text,
  taskArn: text,
  startedAt: fc.option(fc.nat(), { nil: null }),
  message: text,
  reasonCode: text,
  opportunityId: text,
  engagementId: text,
  engagementInvitationId: text,
  resourceSnapshotJobId: text,
  contextId: text,
});
const anObservation: fc.Arbitrary<Observation> = fc.oneof(
  { weight: 5, arbitrary: anAnswer.map((answer) => ({ type: 'answered' as const, answer })) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('refused' as const, 'abandoned' as const).map((type) => ({ type, failure: FAILURE })),
  },
);
/** Most answers say IN_PROGRESS, so that runs are long. */
const someObservations = fc.array(
  fc.oneof(
    {
      weight: 4,
      arbitrary: anAnswer.map((answer) => ({
        type: 'answered' as const,
        answer: { ...answer, status: 'IN_PROGRESS' as const },
      })),
    },
    anObservation,
  ),
  { maxLength: 20 },
);

/** Each task of a run, the one before any observation first. */
function runOf(observations: readonly Observation[]): Task[] {
  const run = [taskWith()];
  for (const [index, observation] of observations.entries())
    run.push(observe(run.at(-1) ?? taskWith(), observation, index + 1));
  return run;
}

describe('the states of a task', () => {
  test('are all in the table, with every event', () => {
    expect(ROWS.map(([status]) => status)).toEqual([...TASK_STATUSES]);
    expect(CELLS).toHaveLength(TASK_STATUSES.length * 5);
  });

  test.each(CELLS)('$status on $event: $becomes', ({ status, event, becomes }) => {
    const before = taskWith({ status: statusNamed(status), sequence: 7 });
    const after = observe(before, observationOf(event), 99);
    if (becomes === '-') expect(after).toBe(before);
    else expect(after).toMatchObject({ status: becomes, sequence: 8, updatedAt: 99 });
  });

  test.each(TASK_STATUSES)('%s is terminal exactly when no event leaves it', (status) => {
    const leaves = CELLS.some((cell) => cell.status === status && cell.becomes !== '-');
    expect(isTerminal(status)).toBe(!leaves);
  });
});

describe('any run of observations', () => {
  const check = (property: (run: readonly Task[], observations: readonly Observation[]) => void) =>
    fc.assert(
      fc.property(someObservations, (observations) => property(runOf(observations), observations)),
      { verbose: 1 },
    );
  const steps = (run: readonly Task[]) =>
    run.slice(1).map((after, index) => ({ before: run[index] ?? after, after, index }));

  test('raises the sequence by exactly one with each change of status, and by nothing else', () => {
    check((run) => {
      for (const { before, after } of steps(run))
        expect(after.sequence - before.sequence).toBe(after.status === before.status ? 0 : 1);
    });
  });

  test('never changes anything of a task that has ended', () => {
    check((run) => {
      for (const { before, after } of steps(run)) if (isTerminal(before.status)) expect(after).toBe(before);
    });
  });

  test('has a failure exactly when it is FAILED or REJECTED', () => {
    check((run) => {
      for (const { after } of steps(run))
        expect(after.failure !== null).toBe(after.status === 'FAILED' || after.status === 'REJECTED');
    });
  });

  test('never forgets an id, and keeps the first StartTime', () => {
    check((run) => {
      const { message: _message, reasonCode: _reasonCode, ...lasting } = NO_DETAILS;
      for (const { before, after } of steps(run)) {
        for (const name of Object.keys(lasting) as (keyof typeof lasting)[]) {
          if (before.details[name] !== null) expect(after.details[name]).not.toBeNull();
        }
        if (before.details.startedAt !== null) expect(after.details.startedAt).toBe(before.details.startedAt);
      }
    });
  });

  test('takes every id that an answer gives to a task that has not ended', () => {
    check((run, observations) => {
      for (const { before, after, index } of steps(run)) {
        const observation = observations[index];
        if (observation?.type !== 'answered' || isTerminal(before.status)) continue;
        expect(after.details.taskId).toBe(observation.answer.taskId ?? before.details.taskId);
        expect(after.details.contextId).toBe(observation.answer.contextId ?? before.details.contextId);
        expect(after.details.message).toBe(observation.answer.message);
      }
    });
  });

  test('gives the same object when there is no news, and a later time when there is', () => {
    check((run) => {
      for (const { before, after, index } of steps(run)) {
        if (after === before) continue;
        expect(after.updatedAt).toBe(index + 1);
        expect({ ...after, updatedAt: before.updatedAt }).not.toEqual(before);
      }
    });
  });

  test('leaves alone who started what, and when', () => {
    check((run) => {
      const { id, position, subject, clientToken, input, createdAt } = taskWith();
      for (const task of run) expect(task).toMatchObject({ id, position, subject, clientToken, input, createdAt });
    });
  });
});

describe('a failure', () => {
  test('of a task that AWS failed has its reason as AWS spelled it, and its message', () => {
    const answer = answerWith({ status: 'FAILED', reasonCode: 'QuantumFluctuation', message: 'odd' });
    const { failure, details } = observe(taskWith({ status: 'IN_PROGRESS' }), { type: 'answered', answer }, 1);
    expect(failure).toEqual({
      rawReasonCode: 'QuantumFluctuation',
      errorCode: null,
      awsCode: null,
      message: 'odd',
      fieldErrors: [],
    });
    expect(details).toMatchObject({ reasonCode: 'QuantumFluctuation', message: 'odd' });
  });

  test('has what was seen when the gateway looked why, and nothing when it did not', () => {
    const answer = answerWith({ status: 'FAILED', reasonCode: 'OpportunityConflict', message: 'odd' });
    const finding = { type: 'done', message: 'It is submitted.' } as const;
    expect(observe(taskWith(), { type: 'answered', answer, finding }, 1).failure).toMatchObject({
      message: 'odd',
      finding,
    });
    expect(observe(taskWith(), { type: 'answered', answer }, 1).failure?.finding).toBeUndefined();
  });

  test('without a message says so', () => {
    const { failure } = observe(taskWith(), { type: 'answered', answer: answerWith({ status: 'FAILED' }) }, 1);
    expect(failure?.message).toBe('AWS gave no message.');
  });

  test('of a start that was refused is what was given, and its message is the message of the task', () => {
    const after = observe(taskWith(), { type: 'refused', failure: FAILURE }, 1);
    expect(after.failure).toBe(FAILURE);
    expect(after.details).toEqual({ ...NO_DETAILS, message: 'no' });
  });
});

describe('recovery', () => {
  const failed = (rawReasonCode: string | null) => ({ ...FAILURE, errorCode: null, rawReasonCode });

  test.each(Object.entries(REASON_RECOVERY))('of a task failed for %s is that of the reason', (reason, recovery) => {
    expect(recoveryOf(failed(reason))).toBe(recovery);
    expect(knownReasonCode(reason)).toBe(reason);
  });

  test.each(Object.entries(ERROR_RECOVERY))('of a start refused with %s is that of the code', (code, recovery) => {
    expect(recoveryOf({ ...FAILURE, errorCode: code as ErrorCode })).toBe(recovery);
  });

  test('of a start that was given up is not to look where it certainly never reached AWS, and to look where that is not recorded', () => {
    const failure = { ...FAILURE, errorCode: 'UPSTREAM_FAILED' } as const;
    expect(recoveryOf({ ...failure, isUnsent: true })).toBe(UNSENT_RECOVERY);
    expect(recoveryOf(failure).category).toBe('LOOK_BEFORE_RETRY');
  });

  test('of a task whose work was seen to be done says what was seen, and is not to start again', () => {
    const failure = failed('OpportunityConflict');
    const done = recoveryOf({ ...failure, finding: { type: 'done', message: 'It is submitted.' } });
    expect(done).toEqual({ ...recoveryOf(failure), retryable: false, recovery: 'It is submitted.' });
    expect(recoveryOf({ ...failure, finding: { type: 'not-done', message: 'It is a draft.' } })).toBe(
      recoveryOf(failure),
    );
  });

  test.each([null, 'QuantumFluctuation', 'toString', '__proto__', 'internalerror'])(
    'of the unknown reason %j is to look',
    (reason) => {
      expect(recoveryOf(failed(reason))).toBe(UNKNOWN_RECOVERY);
      expect(knownReasonCode(reason)).toBeNull();
    },
  );
});
