/** A wrong member of an answer is unknown, and the other members are read. */
import { describe, expect, test } from '@jest/globals';
import { GET_OPPORTUNITY, LIST_OPPORTUNITIES } from '../../../src/partner-central/record-operations.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import { GET_AWS_OPPORTUNITY } from '../../../src/partner-central/related-operations.js';
import { answerWith, fromOpportunity } from '../../support/harness/task-harness.js';
import {
  EFO_LIST,
  EVERY_MEMBER,
  EVERY_MEMBER_HERE,
  listed,
  openEcho,
  started,
} from '../../support/aws/partner-central.js';
import { createRandom } from '../../support/fakes/random.js';
import { OPPORTUNITY } from '../../support/fixtures/raw-records.js';
import { AWS_SUMMARY } from '../../support/fixtures/raw-related.js';

describe('the members of an answer', () => {
  const UNKNOWN_IDS = {
    taskId: null,
    taskArn: null,
    opportunityId: null,
    engagementId: null,
    engagementInvitationId: null,
    resourceSnapshotJobId: null,
  };
  const idsOf = (id: unknown) => ({
    TaskId: id,
    TaskArn: id,
    OpportunityId: id,
    EngagementId: id,
    EngagementInvitationId: id,
    ResourceSnapshotJobId: id,
  });

  test.each([
    ['a NUL', 'task-00000000\0'],
    ['half a character', 'task-\ud800'],
    ['a line break', 'task-1\ntask-2'],
    ['half a megabyte', `task-${'0'.repeat(500_000)}`],
    ['256 characters', `arn:${'x'.repeat(252)}`],
    ['another form', '<html>'],
    ['a number', 7],
    ['an object', { task: 'task-1' }],
  ])('an id that has %s is unknown, and the rest of the task is read', async (_, id) => {
    const { partnerCentral } = await openEcho(JSON.stringify({ ...EVERY_MEMBER, ...idsOf(id) }));
    expect(await started(partnerCentral, fromOpportunity())).toEqual({ ...EVERY_MEMBER_HERE, ...UNKNOWN_IDS });
    const { partnerCentral: other } = await openEcho(
      JSON.stringify({ TaskSummaries: [{ ...EVERY_MEMBER, ...idsOf(id) }, EVERY_MEMBER] }),
    );
    expect((await listed(other, EFO_LIST)).answers).toEqual([
      { ...EVERY_MEMBER_HERE, ...UNKNOWN_IDS },
      EVERY_MEMBER_HERE,
    ]);
  });

  test('an id may be longer than the model says, or an ARN', async () => {
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-0000000000001';
    const { partnerCentral } = await openEcho(
      JSON.stringify({ ...EVERY_MEMBER, TaskId: 'task-00000000000001', EngagementInvitationId: arn }),
    );
    expect(await started(partnerCentral, fromOpportunity())).toMatchObject({
      taskId: 'task-00000000000001',
      engagementInvitationId: arn,
    });
  });

  test('a text is cut and made storable', async () => {
    const { partnerCentral } = await openEcho(
      JSON.stringify({
        ...EVERY_MEMBER,
        Message: `a\0b\ud800c\td\ne\u001b[2J${'x'.repeat(9000)}`,
        ReasonCode: 'R'.repeat(9000),
      }),
    );
    const { message, reasonCode } = await started(partnerCentral, fromOpportunity());
    expect(message).toHaveLength(5000);
    expect(message).toMatch(/^a\ufffdb\ufffdc\td\ne\ufffd\[2Jx+…$/);
    expect(reasonCode).toBe(`${'R'.repeat(99)}…`);
  });

  test.each([
    1767225600,
    'yesterday',
    '2026-02-30T00:00:00Z',
    '2026-13-01T00:00:00Z',
    '2026-01-01T00:00:00',
    '0001-01-01T00:00:00Z',
    '9999-01-01T00:00:00Z',
    `2026-01-01T00:00:00.${'0'.repeat(9000)}Z`,
    {},
    [],
    true,
  ])('the wrong time %j is unknown, and the other tasks are read', async (StartTime) => {
    const { partnerCentral } = await openEcho(
      JSON.stringify({ TaskSummaries: [{ ...EVERY_MEMBER, StartTime }, EVERY_MEMBER] }),
    );
    expect((await listed(partnerCentral, EFO_LIST)).answers).toEqual([
      { ...EVERY_MEMBER_HERE, startedAt: null },
      EVERY_MEMBER_HERE,
    ]);
  });

  test.each(['2026-01-01T00:00:00Z', '2026-01-01T02:00:00.1234567890+02:00', '2024-02-29t00:00:00z'])(
    'a time may be written as %s',
    async (StartTime) => {
      const { partnerCentral } = await openEcho(JSON.stringify({ ...EVERY_MEMBER, StartTime }));
      expect((await started(partnerCentral, fromOpportunity())).startedAt).toBeGreaterThan(Date.UTC(2024, 0, 1));
    },
  );

  test('the outcome of a Start is unknown if its answer has neither a status nor an id', async () => {
    for (const body of [
      { TaskStatus: 5 },
      { TaskId: '\0', Message: 'm' },
      { TaskStatus: {}, OpportunityId: [] },
      [],
      'x',
      null,
    ]) {
      const { partnerCentral } = await openEcho(JSON.stringify(body));
      expect(await partnerCentral.startTask(fromOpportunity(), 'token')).toMatchObject({
        type: 'unknown',
        awsCode: 'EmptyAnswer',
      });
    }
  });
});

describe('a page of a list', () => {
  test('a page holds no more tasks than requested', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ TaskSummaries: Array(1500).fill(EVERY_MEMBER) }));
    expect((await listed(partnerCentral, EFO_LIST)).answers).toHaveLength(1000);
  });

  test('a page with other values among its tasks keeps the tasks', async () => {
    const { partnerCentral } = await openEcho(JSON.stringify({ TaskSummaries: [null, 7, 'x', [], EVERY_MEMBER] }));
    expect((await listed(partnerCentral, EFO_LIST)).answers).toEqual([
      answerWith(),
      answerWith(),
      answerWith(),
      EVERY_MEMBER_HERE,
    ]);
    const { partnerCentral: other } = await openEcho(JSON.stringify({ TaskSummaries: { length: 3 } }));
    expect(await listed(other, EFO_LIST)).toEqual({ answers: [], nextToken: null });
  });

  test.each([
    ['of 2,049 characters', 't'.repeat(2049)],
    ['that is a number', 7],
    ['that is an object', {}],
  ])('a page with a NextToken %s is a failure', async (_, NextToken) => {
    const { partnerCentral } = await openEcho(
      JSON.stringify({ TaskSummaries: [], OpportunitySummaries: [], NextToken }),
    );
    expect(await partnerCentral.listTasks(EFO_LIST)).toMatchObject({
      type: 'unknown',
      message: expect.stringContaining('NextToken'),
    });
    const query = { catalog: 'SANDBOX', filter: {}, maxResults: 20, nextToken: null } as const;
    expect(await partnerCentral.read(LIST_OPPORTUNITIES, query)).toMatchObject({ type: 'unknown' });
  });

  test('a page of records holds no more than the model allows', async () => {
    const { partnerCentral } = await openEcho(
      JSON.stringify({ OpportunitySummaries: Array(500).fill({ Id: 'O1', Catalog: 'Sandbox' }) }),
    );
    const query = { catalog: 'SANDBOX', filter: {}, maxResults: 100, nextToken: null } as const;
    const result = await partnerCentral.read(LIST_OPPORTUNITIES, query);
    expect(result.type === 'ok' && result.value.items).toHaveLength(100);
  });
});

describe('the members of a record', () => {
  /** The record with some values, at any depth, replaced by another. */
  function broken(value: unknown, choose: () => boolean, other: unknown): unknown {
    if (choose()) return other;
    if (Array.isArray(value)) return value.map((item) => broken(item, choose, other));
    if (typeof value !== 'object' || value === null) return value;
    return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, broken(member, choose, other)]));
  }

  test('a record is read even if its members hold any other JSON', async () => {
    const random = createRandom(16, 'records');
    const one = { catalog: 'SANDBOX', id: 'O1' } as const;
    const records: readonly (readonly [object, (from: PartnerCentral) => Promise<unknown>])[] = [
      [OPPORTUNITY, (from) => from.read(GET_OPPORTUNITY, one)],
      [AWS_SUMMARY, (from) => from.read(GET_AWS_OPPORTUNITY, one)],
    ];
    for (const [record, read] of records) {
      for (const other of [null, 7, true, 'x', '\0', [], {}, [null], [7], { x: 1 }]) {
        for (let round = 0; round < 5; round += 1) {
          const body = broken(record, () => random.chance(0.1), other);
          const { partnerCentral } = await openEcho(
            JSON.stringify({ ...(typeof body === 'object' ? body : {}), Id: 'O1', Catalog: 'Sandbox' }),
          );
          expect([JSON.stringify(body), await read(partnerCentral)]).toEqual([
            expect.any(String),
            { type: 'ok', value: expect.any(Object) },
          ]);
        }
      }
    }
  });
});
