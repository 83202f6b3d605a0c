import { describe, expect, test } from '@jest/globals';
import { STATUS, VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/harness/run-operation.js';

const QUOTA = '{ perSecond perDay availableNow remainingToday }';
const QUERY = `{ partnerCentral { upstream catalogs reads ${QUOTA} writes ${QUOTA} queuedCount inProgressCount lastPolledAt pollStretch waitingFor clockJump } }`;

describe('Query.partnerCentral', () => {
  test('tells who answers, what is left of the quotas and what waits', async () => {
    expect(await run(QUERY, contextWith(fakeTasks({})))).toEqual({
      data: { partnerCentral: { ...STATUS, lastPolledAt: '2025-01-02T00:00:00.000Z' } },
    });
  });

  test('tells why starts wait, and that nothing was asked yet', async () => {
    const status = {
      ...STATUS,
      upstream: 'AWS',
      lastPolledAt: null,
      waitingFor: 'No AWS credentials were found.',
    } as const;
    const context = contextWith(fakeTasks({}), { partnerCentral: () => Promise.resolve(status) });
    expect(await run(QUERY, context)).toEqual({ data: { partnerCentral: status } });
  });

  test('refuses a caller who may not read', async () => {
    const answer = await run(QUERY, contextWith(fakeTasks({}), { viewer: { ...VIEWER, reads: 'none' } }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
