import { describe, expect, test } from '@jest/globals';
import { HOUR, MINUTE } from '../../../src/runtime/clock.js';
import type { QuotaStatus } from '../../../src/graphql/context.js';
import { NOW } from '../../support/fakes/fake-records.js';
import { STATUS, VIEWER, contextWith, fakeTasks } from '../../support/fakes/fake-tasks.js';
import { codesOf, run } from '../../support/server/run-operation.js';

const QUOTA = '{ perSecond perDay availableNow remainingToday }';
const QUERY =
  `{ partnerCentral { upstream catalogs reads ${QUOTA} writes ${QUOTA} queuedCount inProgressCount lastPolledAt ` +
  `pollStretch taskLists { kind catalog intervalMs readAt } waitingFor clockJump eventsMissing leader { since isAnswering } logCursor } }`;

/** The status as `QUERY` selects it, without the calls of the quotas. */
const { reads, writes, ...others } = STATUS;
const left = ({ calls: _calls, ...quota }: QuotaStatus) => quota;
const SHOWN = { ...others, reads: left(reads), writes: left(writes), logCursor: 'cursor-end' };

describe('Query.partnerCentral', () => {
  test('the service, the remaining quotas and the waiting starts are returned', async () => {
    expect(await run(QUERY, contextWith(fakeTasks({})))).toEqual({
      data: {
        partnerCentral: {
          ...SHOWN,
          lastPolledAt: '2025-01-02T00:00:00.000Z',
          leader: { since: '2025-01-01T00:00:00.000Z', isAnswering: true },
        },
      },
    });
  });

  test('the reason why starts wait is returned, and lastPolledAt is null before the first poll', async () => {
    const status = {
      ...STATUS,
      upstream: 'AWS',
      lastPolledAt: null,
      leader: null,
      waitingFor: 'No AWS credentials were found.',
    } as const;
    const context = contextWith(fakeTasks({}), { partnerCentral: () => Promise.resolve(status) });
    const { upstream, lastPolledAt, leader, waitingFor } = status;
    expect(await run(QUERY, context)).toEqual({
      data: { partnerCentral: { ...SHOWN, upstream, lastPolledAt, leader, waitingFor } },
    });
  });

  test('the calls of a quota are returned in the steps of the window, by default those of the day', async () => {
    const query =
      '{ partnerCentral { reads { day: calls { ...C } hour: calls(window: HOUR) { ...C } } } } ' +
      'fragment C on QuotaCalls { startsAt endsAt count }';
    const at = (ms: number) => new Date(ms).toISOString();
    expect(await run(query, contextWith(fakeTasks({})))).toEqual({
      data: {
        partnerCentral: {
          reads: {
            day: [{ startsAt: at(NOW - HOUR), endsAt: at(NOW), count: 7 }],
            hour: [{ startsAt: at(NOW - MINUTE), endsAt: at(NOW), count: 3 }],
          },
        },
      },
    });
  });

  test('a caller who may not read tasks is refused', async () => {
    const answer = await run(QUERY, contextWith(fakeTasks({}), { viewer: { ...VIEWER, reads: 'none' } }));
    expect(codesOf(answer)).toEqual(['FORBIDDEN']);
  });
});
