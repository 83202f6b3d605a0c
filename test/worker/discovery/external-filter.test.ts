import { describe, expect, test } from '@jest/globals';
import { MINUTE, SECOND } from '../../../src/runtime/clock.js';
import type { IdentifiedAnswer, Unidentified } from '../../../src/tasks/external.js';
import type { Task } from '../../../src/tasks/task.js';
import { NO_DETAILS } from '../../../src/tasks/task.js';
import { catalogToList, externalAmong } from '../../../src/worker/discovery/external-filter.js';
import { CLOCK_TOLERANCE_MS } from '../../../src/worker/poll/look-plan.js';
import { answerWith, fromEngagement, taskWith } from '../../support/harness/task-harness.js';

const T = 100 * MINUTE;

function answer(more: Partial<IdentifiedAnswer> = {}): IdentifiedAnswer {
  return { ...answerWith({ opportunityId: 'O1000001', startedAt: T }), taskId: 'task-x', ...more };
}

function start(more: Partial<Task> = {}, about: Partial<Unidentified> = {}): Unidentified {
  return {
    task: taskWith({ createdAt: T - SECOND, updatedAt: T + SECOND, ...more }),
    firstAttemptAt: T,
    mayHaveReached: true,
    ...about,
  };
}

const external = (of: Parameters<typeof externalAmong>[0], unidentified: readonly Unidentified[] = []) =>
  externalAmong(of, { isKnown: (id) => id === 'task-known', unidentified }, T - 10 * MINUTE, T + 10 * MINUTE).map(
    ({ taskId }) => taskId,
  );

describe('externalAmong', () => {
  test('an answer is external if no start of the gateway can have caused it', () => {
    expect(external([answer()])).toEqual(['task-x']);
  });

  test('an answer with a known id or without an id is not external', () => {
    expect(external([answer({ taskId: 'task-known' }), answerWith({ opportunityId: 'O1000001' })])).toEqual([]);
  });

  test('an answer that began before the retention is not external', () => {
    expect(
      external([answer({ startedAt: T - 10 * MINUTE }), answer({ taskId: 'task-y', startedAt: T - 10 * MINUTE - 1 })]),
    ).toEqual(['task-x']);
  });

  const LATE = T + 5 * MINUTE;
  test.each<[string, Partial<IdentifiedAnswer>, Unidentified, boolean]>([
    ['a start in flight', {}, start(), false],
    ['a start in flight, sent again minutes later', { startedAt: LATE }, start(), false],
    ['a start that cannot have reached AWS', {}, start({}, { mayHaveReached: false }), true],
    ['a start that was first sent after the answer began', { startedAt: T - CLOCK_TOLERANCE_MS - 1 }, start(), true],
    [
      'a start that was first sent a moment later, within the tolerance of clocks',
      { startedAt: T - CLOCK_TOLERANCE_MS },
      start(),
      false,
    ],
    ['a start of another opportunity', { opportunityId: 'O1000002' }, start(), true],
    ['any start, if the answer names no record', { opportunityId: null }, start(), false],
    ['any start on the same opportunity, if the answer has no StartTime', { startedAt: null }, start(), false],
    [
      'a start with a first attempt in the future, because the clock was set back',
      { startedAt: T },
      start({}, { firstAttemptAt: T + 10 * MINUTE + 1 }),
      false,
    ],
    ['a start in progress without an id', {}, start({ status: 'IN_PROGRESS' }), false],
    ['a start completed without an id', {}, start({ status: 'COMPLETE' }), false],
    ['a start that failed without an id', {}, start({ status: 'FAILED' }), false],
    ['a start that was answered before the answer began', { startedAt: LATE }, start({ status: 'COMPLETE' }), true],
    [
      'a start with another StartTime',
      { startedAt: T + 9 * SECOND },
      start({ status: 'COMPLETE', updatedAt: LATE, details: { ...NO_DETAILS, startedAt: T } }),
      true,
    ],
    [
      'a start whose StartTime differs by milliseconds',
      { startedAt: T + 15 },
      start({ status: 'COMPLETE', details: { ...NO_DETAILS, startedAt: T } }),
      false,
    ],
  ])('an answer is judged against %s: %#', (_what, more, own, isExternal) => {
    expect(external([answer(more)], [own])).toEqual(isExternal ? ['task-x'] : []);
  });

  test('an answer about an engagement is external if no start names that engagement, by id or by ARN', () => {
    const input = fromEngagement({
      identifier: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001',
    });
    expect(external([answer({ opportunityId: null, engagementId: 'eng-completes00001' })], [start({ input })])).toEqual(
      [],
    );
    expect(external([answer({ opportunityId: null, engagementId: 'eng-completes00002' })], [start({ input })])).toEqual(
      ['task-x'],
    );
  });
});

describe('catalogToList', () => {
  test('the catalog that was listed longest ago is next, and none is if even that was listed recently', () => {
    const listedAt = { AWS: 5 * MINUTE, SANDBOX: 4 * MINUTE };
    const at = (now: number) => catalogToList(['AWS', 'SANDBOX'], (catalog) => listedAt[catalog], now, MINUTE);
    expect(at(5 * MINUTE)).toBe('SANDBOX');
    expect(at(5 * MINUTE - 1)).toBeNull();
    expect(catalogToList(['AWS', 'SANDBOX'], (catalog) => (catalog === 'AWS' ? 0 : -Infinity), 0, MINUTE)).toBe(
      'SANDBOX',
    );
    expect(catalogToList([], () => -Infinity, 0, MINUTE)).toBeNull();
  });
});
