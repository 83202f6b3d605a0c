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

/** Written by hand from the diagram in task.ts; `-` means no change. */
const TABLE = `
  status       IN_PROGRESS  COMPLETE  FAILED  refused   abandoned
  QUEUED       IN_PROGRESS  COMPLETE  FAILED  REJECTED  REJECTED
  IN_PROGRESS  -            COMPLETE  FAILED  -         -
  COMPLETE     -            -         -       -         -
  FAILED       -            -         -       -         -
  REJECTED     -            -         -       -         -
`;
const [[, ...OBSERVED] = [], ...ROWS] = TABLE.trim()
  .split('\n')
  .map((line) => line.trim().split(/\s+/));
const CELLS = ROWS.flatMap(([status = '', ...cells]) =>
  cells.map((cell, index) => ({ status, observed: OBSERVED[index] ?? '', becomes: cell })),
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

function observationOf(observed: string): Observation {
  switch (observed) {
    case 'IN_PROGRESS':
    case 'COMPLETE':
    case 'FAILED':
      return { type: 'answered', answer: answerWith({ status: observed }) };
    case 'refused':
    case 'abandoned':
      return { type: observed, failure: FAILURE };
    default:
      throw new Error(`There is no observation ${observed}.`);
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
/** Most answers are IN_PROGRESS, so that runs are long. */
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

/** The task before any observation, and after each. */
function runOf(observations: readonly Observation[]): Task[] {
  const run = [taskWith()];
  for (const [index, observation] of observations.entries())
    run.push(observe(run.at(-1) ?? taskWith(), observation, index + 1));
  return run;
}

describe('observe: the table of statuses', () => {
  test('the table holds each status with each observation', () => {
    expect(ROWS.map(([status]) => status)).toEqual([...TASK_STATUSES]);
    expect(CELLS).toHaveLength(TASK_STATUSES.length * 5);
  });

  test.each(CELLS)(
    'the observation $observed turns the status $status into $becomes',
    ({ status, observed, becomes }) => {
      const before = taskWith({ status: statusNamed(status), sequence: 7 });
      const after = observe(before, observationOf(observed), 99);
      if (becomes === '-') expect(after).toBe(before);
      else expect(after).toMatchObject({ status: becomes, sequence: 8, updatedAt: 99 });
    },
  );

  test.each(TASK_STATUSES)('%s is terminal exactly when no observation changes it', (status) => {
    const leaves = CELLS.some((cell) => cell.status === status && cell.becomes !== '-');
    expect(isTerminal(status)).toBe(!leaves);
  });
});

describe('observe: any sequence of observations', () => {
  const check = (property: (run: readonly Task[], observations: readonly Observation[]) => void) =>
    fc.assert(
      fc.property(someObservations, (observations) => property(runOf(observations), observations)),
      { verbose: 1 },
    );
  const steps = (run: readonly Task[]) =>
    run.slice(1).map((after, index) => ({ before: run[index] ?? after, after, index }));

  test('the sequence grows by one with each change of status, and with nothing else', () => {
    check((run) => {
      for (const { before, after } of steps(run))
        expect(after.sequence - before.sequence).toBe(after.status === before.status ? 0 : 1);
    });
  });

  test('a task that has ended never changes', () => {
    check((run) => {
      for (const { before, after } of steps(run)) if (isTerminal(before.status)) expect(after).toBe(before);
    });
  });

  test('a task has a failure exactly when it is FAILED or REJECTED', () => {
    check((run) => {
      for (const { after } of steps(run))
        expect(after.failure !== null).toBe(after.status === 'FAILED' || after.status === 'REJECTED');
    });
  });

  test('a task never loses an id, and keeps the first StartTime', () => {
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

  test('an unfinished task takes every id of an answer', () => {
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

  test('an observation without a change gives the same object, and one with a change a later time', () => {
    check((run) => {
      for (const { before, after, index } of steps(run)) {
        if (after === before) continue;
        expect(after.updatedAt).toBe(index + 1);
        expect({ ...after, updatedAt: before.updatedAt }).not.toEqual(before);
      }
    });
  });

  test('an observation never changes id, subject, input and time of the start', () => {
    check((run) => {
      const { id, position, subject, clientToken, input, createdAt } = taskWith();
      for (const task of run) expect(task).toMatchObject({ id, position, subject, clientToken, input, createdAt });
    });
  });
});

describe('The failure of a task', () => {
  test('the failure of a FAILED task has the reason as AWS spelled it, and the message', () => {
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

  test('the failure holds the finding of the outcome check, if one was made', () => {
    const answer = answerWith({ status: 'FAILED', reasonCode: 'OpportunityConflict', message: 'odd' });
    const finding = { type: 'done', message: 'It is submitted.' } as const;
    expect(observe(taskWith(), { type: 'answered', answer, finding }, 1).failure).toMatchObject({
      message: 'odd',
      finding,
    });
    expect(observe(taskWith(), { type: 'answered', answer }, 1).failure?.finding).toBeUndefined();
  });

  test('a failure without a message says that AWS gave none', () => {
    const { failure } = observe(taskWith(), { type: 'answered', answer: answerWith({ status: 'FAILED' }) }, 1);
    expect(failure?.message).toBe('AWS gave no message.');
  });

  test('the failure of a refused start is the given one, and its message becomes the message of the task', () => {
    const after = observe(taskWith(), { type: 'refused', failure: FAILURE }, 1);
    expect(after.failure).toBe(FAILURE);
    expect(after.details).toEqual({ ...NO_DETAILS, message: 'no' });
  });
});

describe('recoveryOf', () => {
  const failed = (rawReasonCode: string | null) => ({ ...FAILURE, errorCode: null, rawReasonCode });

  test.each(Object.entries(REASON_RECOVERY))(
    'the recovery of a task that FAILED for %s is the recovery of the reason',
    (reason, recovery) => {
      expect(recoveryOf(failed(reason))).toBe(recovery);
      expect(knownReasonCode(reason)).toBe(reason);
    },
  );

  test.each(Object.entries(ERROR_RECOVERY))(
    'the recovery of a start refused with %s is the recovery of the code',
    (code, recovery) => {
      expect(recoveryOf({ ...FAILURE, errorCode: code as ErrorCode })).toBe(recovery);
    },
  );

  test('the recovery of an abandoned start asks for a look at AWS, unless the start certainly never reached AWS', () => {
    const failure = { ...FAILURE, errorCode: 'UPSTREAM_FAILED' } as const;
    expect(recoveryOf({ ...failure, isUnsent: true })).toBe(UNSENT_RECOVERY);
    expect(recoveryOf(failure).category).toBe('LOOK_BEFORE_RETRY');
  });

  test('the recovery of a task whose work is found done is the finding, and forbids a retry', () => {
    const failure = failed('OpportunityConflict');
    const done = recoveryOf({ ...failure, finding: { type: 'done', message: 'It is submitted.' } });
    expect(done).toEqual({
      ...recoveryOf(failure),
      retryable: false,
      advice: 'It is submitted.',
      nextStep: 'NONE',
    });
    expect(recoveryOf({ ...failure, finding: { type: 'not-done', message: 'It is a draft.' } })).toBe(
      recoveryOf(failure),
    );
  });

  test.each([null, 'QuantumFluctuation', 'toString', '__proto__', 'internalerror'])(
    'the recovery of the unknown reason %j asks for a look at AWS',
    (reason) => {
      expect(recoveryOf(failed(reason))).toBe(UNKNOWN_RECOVERY);
      expect(knownReasonCode(reason)).toBeNull();
    },
  );
});
