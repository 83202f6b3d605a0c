import { describe, expect, test } from '@jest/globals';
import { STATUS, VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const QUOTA = '{ perSecond perDay availableNow remainingToday }';
const QUERY =
  `{ partnerCentral { upstream catalogs reads ${QUOTA} writes ${QUOTA} queuedCount inProgressCount lastPolledAt ` +
  `pollStretch taskLists { kind catalog intervalMs readAt } waitingFor clockJump eventsMissing logCursor } }`;

describe('Query.partnerCentral', () => {
  test('the service, the remaining quotas and the waiting starts are returned', async () => {
    expect(await run(QUERY, contextWith(fakeTasks({})))).toEqual({
      data: { partnerCentral: { ...STATUS, lastPolledAt: '2025-01-02T00:00:00.000Z', logCursor: 'cursor-end' } },
    });
  });

  test('the reason why starts wait is returned, and lastPolledAt is null before the first poll', async () => {
    const status = {
      ...STATUS,
      upstream: 'AWS',
      lastPolledAt: null,
      waitingFor: 'No AWS credentials were found.',
    } as const;
    const context = contextWith(fakeTasks({}), { partnerCentral: () => Promise.resolve(status) });
    expect(await run(QUERY, context)).toEqual({ data: { partnerCentral: { ...status, logCursor: 'cursor-end' } } });
  });

  test('a caller who may not read tasks is refused', async () => {
    const answer = await run(QUERY, contextWith(fakeTasks({}), { viewer: { ...VIEWER, reads: 'none' } }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
