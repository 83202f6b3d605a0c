/**
 * Helpers for tests of tasks: viewers, observations, tasks without a worker, and readers of their pages and streams.
 */
import { jest } from '@jest/globals';
import type { OutcomeCheckPort } from '../../../src/tasks/outcome-check-port.js';
import type { Observation } from '../../../src/tasks/task.js';
import type { Page, Stream, Tasks, Transition } from '../../../src/tasks/tasks.js';
import type { Viewer } from '../../../src/tasks/viewer.js';
import type { CursorProblem } from '../../../src/transitions/cursor.js';
import type { Hub } from '../../../src/transitions/hub.js';
import { beginEpoch } from '../../../src/transitions/log.js';
import { EVERYBODY, answerWith, openTaskHarness } from './task-harness.js';
import { createManualClock } from '../fakes/manual-clock.js';
import { recordObservation } from './record-one.js';

export const ALICE: Viewer = { ...EVERYBODY, subject: 'alice', reads: 'own' };
export const BOB: Viewer = { ...EVERYBODY, subject: 'bob', reads: 'own' };
export const AUDITOR: Viewer = { ...EVERYBODY, subject: 'auditor', reads: 'all' };
export const STARTER: Viewer = { ...EVERYBODY, subject: 'alice', reads: 'none' };
export const ANONYMOUS: Viewer = { ...EVERYBODY, subject: null, reads: 'own' };
export const OUTSIDER: Viewer = { ...AUDITOR, catalogs: [] };

export const IN_PROGRESS: Observation = { type: 'answered', answer: answerWith({ taskId: 'task-1' }) };
export const COMPLETE: Observation = { type: 'answered', answer: answerWith({ status: 'COMPLETE', taskId: 'task-1' }) };
export const REFUSED: Observation = {
  type: 'refused',
  failure: { rawReasonCode: null, errorCode: 'CONFLICT', awsCode: 'ConflictException', message: 'no', fieldErrors: [] },
};

/** Tasks whose starts return at once by default, and `record`, which records observations as a worker does. */
export async function openTasks(
  options: { startWaitMs?: number; checkOutcome?: OutcomeCheckPort; stopping?: AbortSignal } = {},
) {
  const clock = createManualClock();
  const harness = await openTaskHarness({ startWaitMs: 0, ...options, clock });
  const epoch = await harness.db.write(beginEpoch);
  const record = (id: string, observation: Observation) =>
    recordObservation(harness.db, harness.telemetry, epoch, id, observation);
  return { ...harness, clock, record };
}

/** Counts the subscribers of the hub that have not left. */
export function countSubscribers({ subscribers }: Hub): () => number {
  const added = jest.spyOn(subscribers, 'add');
  const removed = jest.spyOn(subscribers, 'remove');
  return () => added.mock.calls.length - removed.mock.calls.length;
}

export function pageOf<T>(page: Page<T> | CursorProblem): Page<T> {
  if ('type' in page) throw new Error('The cursor is wrong.');
  return page;
}

export function streamOf(stream: Awaited<ReturnType<Tasks['follow']>>): Stream {
  if ('type' in stream) throw new Error(`There is no stream: ${JSON.stringify(stream)}`);
  return stream;
}

export async function take(stream: Stream, count: number): Promise<Transition[]> {
  const taken: Transition[] = [];
  while (taken.length < count) {
    const result = await stream.next();
    if (result.done === true) throw new Error(`The stream ended after ${taken.length}.`);
    taken.push(result.value);
  }
  return taken;
}
