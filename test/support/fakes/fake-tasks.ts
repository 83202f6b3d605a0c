/** Tasks in memory, which record each call of a resolver and return the answers of the test. */
import { HOUR, MINUTE } from '../../../src/runtime/clock.js';
import type { RecordedFailure, Task, TaskDetails } from '../../../src/tasks/task.js';
import { NO_DETAILS } from '../../../src/tasks/task.js';
import type { Batch } from '../../../src/tasks/task-batch.js';
import type {
  BatchOutcome,
  LogPage,
  Page,
  PageRequest,
  RetryOutcome,
  StartOutcome,
  Stream,
  StreamFrom,
  Tasks,
  Transition,
  WantedStart,
} from '../../../src/tasks/tasks.js';
import type { TaskFilter } from '../../../src/tasks/store/filter.js';
import type { TaskInput } from '../../../src/partner-central/model/task-kind.js';
import type { CursorProblem } from '../../../src/transitions/cursor.js';
import type { GraphqlContext, PartnerCentralStatus, QuotaStatus } from '../../../src/graphql/context.js';
import { fakeEdits } from './fake-edits.js';
import { NOW, fakeRecords } from './fake-records.js';
import type { Viewer } from '../../../src/tasks/viewer.js';

export const BAD_CURSOR: CursorProblem = { type: 'bad-cursor', message: 'The cursor is damaged.' };

export const OPPORTUNITY_INPUT: TaskInput = {
  kind: 'ENGAGEMENT_FROM_OPPORTUNITY',
  catalog: 'SANDBOX',
  identifier: 'O1000001',
  involvementType: 'CO_SELL',
  visibility: 'FULL',
  tags: [{ key: 'team', value: 'north' }],
};

export const ENGAGEMENT_INPUT: TaskInput = {
  kind: 'OPPORTUNITY_FROM_ENGAGEMENT',
  catalog: 'AWS',
  identifier: 'eng-completes00001',
  contextIdentifier: '1',
  tags: [],
};

export const INVITATION_INPUT: TaskInput = {
  kind: 'ENGAGEMENT_BY_ACCEPTING_INVITATION',
  catalog: 'SANDBOX',
  identifier: 'engi-completes0001',
  tags: [{ key: 'team', value: 'north' }],
};

export function aBatch(changes: Partial<Batch> = {}): Batch {
  return {
    id: 'batch-one',
    createdAt: Date.UTC(2025, 0, 2, 3, 4, 5, 6),
    counts: { QUEUED: 1, IN_PROGRESS: 2, COMPLETE: 3, FAILED: 4, REJECTED: 5 },
    totalCount: 15,
    isFinished: false,
    expectedEndAt: Date.UTC(2025, 0, 2, 3, 5),
    ...changes,
  };
}

export type TaskChanges = Partial<Omit<Task, 'details'>> & { readonly details?: Partial<TaskDetails> };

export function aTask({ details, ...changes }: TaskChanges = {}): Task {
  return {
    id: 'task-one',
    position: 1,
    subject: null,
    clientToken: 'token-1',
    input: OPPORTUNITY_INPUT,
    retryOf: null,
    batchId: null,
    status: 'QUEUED',
    sequence: 1,
    failure: null,
    trace: null,
    createdAt: Date.UTC(2025, 0, 2, 3, 4, 5, 6),
    updatedAt: Date.UTC(2025, 0, 2, 3, 4, 6, 0),
    ...changes,
    details: { ...NO_DETAILS, ...details },
  };
}

export function aFailure(changes: Partial<RecordedFailure> = {}): RecordedFailure {
  return {
    rawReasonCode: null,
    errorCode: null,
    awsCode: null,
    message: 'It went wrong.',
    fieldErrors: [],
    ...changes,
  };
}

export function aTransition(changes: Partial<Transition> = {}): Transition {
  const task = changes.task ?? aTask();
  const position = changes.position ?? 1;
  return {
    cursor: `cursor-${position}`,
    position,
    sequence: task.sequence,
    previousStatus: null,
    observedAt: Date.UTC(2025, 0, 2, 3, 4, 5, 6),
    traceparent: null,
    ...changes,
    task,
  };
}

export class FakeStream implements Stream {
  readonly cursor = null;
  returned = false;
  readonly #transitions: Transition[];

  constructor(transitions: readonly Transition[]) {
    this.#transitions = [...transitions];
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  next(): Promise<IteratorResult<Transition, undefined>> {
    const value = this.#transitions.shift();
    return Promise.resolve(value === undefined ? { done: true, value } : { done: false, value });
  }

  return(): Promise<IteratorResult<Transition, undefined>> {
    this.returned = true;
    return Promise.resolve({ done: true, value: undefined });
  }
}

export type Asked = { readonly [method in keyof Tasks]: Parameters<Tasks[method]>[] };

/** The result of each method. */
export type Answers = {
  readonly start?: StartOutcome | Error;
  readonly startMany?: BatchOutcome;
  readonly retry?: RetryOutcome;
  readonly retryOf?: Task | null;
  readonly batch?: Batch | null;
  readonly find?: Task | null;
  readonly list?: Page<Task> | CursorProblem;
  readonly count?: number;
  readonly transitions?: Page<Transition> | CursorProblem;
  readonly catchUp?: LogPage | CursorProblem;
  readonly follow?: Stream | CursorProblem | { readonly type: 'not-found' };
  readonly feed?: Stream | CursorProblem;
};

export function fakeTasks(answers: Answers): Tasks & { readonly asked: Asked } {
  const asked: Asked = {
    start: [],
    startMany: [],
    retry: [],
    retryOf: [],
    batch: [],
    find: [],
    list: [],
    count: [],
    logCursor: [],
    transitions: [],
    catchUp: [],
    follow: [],
    feed: [],
  };
  return {
    asked,
    async start(viewer: Viewer, input: TaskInput, clientToken: string | null) {
      asked.start.push([viewer, input, clientToken]);
      const outcome = given('start', answers.start);
      if (outcome instanceof Error) throw outcome;
      return outcome;
    },
    async startMany(viewer: Viewer, starts: readonly WantedStart[]) {
      asked.startMany.push([viewer, starts]);
      return given('startMany', answers.startMany);
    },
    async retry(viewer: Viewer, id: string, despiteAdvice: boolean) {
      asked.retry.push([viewer, id, despiteAdvice]);
      return given('retry', answers.retry);
    },
    async retryOf(viewer: Viewer, id: string) {
      asked.retryOf.push([viewer, id]);
      return given('retryOf', answers.retryOf);
    },
    async batch(viewer: Viewer, id: string) {
      asked.batch.push([viewer, id]);
      return given('batch', answers.batch);
    },
    async find(viewer: Viewer, id: string) {
      asked.find.push([viewer, id]);
      return given('find', answers.find);
    },
    async list(viewer: Viewer, filter: TaskFilter, page: PageRequest) {
      asked.list.push([viewer, filter, page]);
      return given('list', answers.list);
    },
    async count(viewer: Viewer, filter: TaskFilter) {
      asked.count.push([viewer, filter]);
      return given('count', answers.count);
    },
    async logCursor() {
      asked.logCursor.push([]);
      return 'cursor-end';
    },
    async transitions(taskId: string, page: PageRequest) {
      asked.transitions.push([taskId, page]);
      return given('transitions', answers.transitions);
    },
    async catchUp(viewer: Viewer, filter: TaskFilter, page: PageRequest) {
      asked.catchUp.push([viewer, filter, page]);
      return given('catchUp', answers.catchUp);
    },
    async follow(viewer: Viewer, id: string, from: StreamFrom) {
      asked.follow.push([viewer, id, from]);
      return given('follow', answers.follow);
    },
    async feed(viewer: Viewer, filter: TaskFilter, after: string | null) {
      asked.feed.push([viewer, filter, after]);
      return given('feed', answers.feed);
    },
  };
}

function given<T>(method: keyof Tasks, answer: T | undefined): T {
  if (answer === undefined) throw new Error(`This test expects no call of ${method}.`);
  return answer;
}

export const VIEWER: Viewer = {
  subject: null,
  reads: 'all',
  starts: true,
  records: true,
  edits: true,
  catalogs: ['AWS', 'SANDBOX'],
};

/** Steps of an hour in a day whose latest hour ends at NOW, and of a minute in an hour. */
const calls: QuotaStatus['calls'] = async (window) => [
  window === 'day'
    ? { startsAt: NOW - HOUR, endsAt: NOW, count: 7 }
    : { startsAt: NOW - MINUTE, endsAt: NOW, count: 3 },
];

export const STATUS: PartnerCentralStatus = {
  upstream: 'SIMULATOR',
  catalogs: ['SANDBOX'],
  reads: { perSecond: 10, perDay: 100_000, availableNow: 9.5, remainingToday: 99_000, calls },
  writes: { perSecond: 1, perDay: 10_000, availableNow: 0, remainingToday: 9_999, calls },
  queuedCount: 2,
  inProgressCount: 3,
  lastPolledAt: Date.UTC(2025, 0, 2),
  pollStretch: 1,
  taskLists: [{ kind: 'ENGAGEMENT_FROM_OPPORTUNITY', catalog: 'SANDBOX', intervalMs: 1600, readAt: null }],
  waitingFor: null,
  clockJump: null,
  eventsMissing: null,
  leader: { since: Date.UTC(2025, 0, 1), isAnswering: true },
};

export function contextWith(tasks: Tasks, changes: Partial<GraphqlContext> = {}): GraphqlContext {
  return {
    viewer: VIEWER,
    tasks,
    records: fakeRecords(),
    edits: fakeEdits(),
    partnerCentral: () => Promise.resolve(STATUS),
    withTimeout: (work) => work,
    now: () => NOW,
    resumeAfter: null,
    ...changes,
  };
}
