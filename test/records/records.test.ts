import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { INVITATION, OPPORTUNITY, SNAPSHOT_JOB } from '../support/fixtures/raw-records.js';
import { held, idOf, knowsAllBut, namedIn, openRecords } from '../support/aws/records.js';

const ENG = 'eng-00000000000001';
const ENG_ARN = `arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/${ENG}`;
const ids = (count: number) => Array.from({ length: count }, (_, index) => `O${index + 1}`);

describe('the look-up of a record', () => {
  test('a record is found, missing, or refused by AWS, each in one call', async () => {
    const { records, stub } = await openRecords({
      ...knowsAllBut('O2'),
      GetResourceSnapshotJob: () => refusal('AccessDeniedException', { Message: 'No.' }),
    });
    expect(idOf(await records.opportunity('SANDBOX', 'O1'))).toBe('O1');
    expect(await records.opportunity('SANDBOX', 'O2')).toEqual({ type: 'missing' });
    expect(await records.snapshotJob('SANDBOX', 'job-0000000000001')).toEqual({
      type: 'refused',
      code: 'ACCESS_DENIED',
      message: 'No.',
    });
    expect(stub.takeAsked()).toEqual(['GetOpportunity', 'GetOpportunity', 'GetResourceSnapshotJob']);
  });

  test('a look-up fails when the answer does not come from AWS, and says when to ask again', async () => {
    const { records } = await openRecords({ GetOpportunity: () => ok({}) });
    expect(await records.opportunity('SANDBOX', 'O1')).toMatchObject({ type: 'unavailable', retryAfterMs: 5 * SECOND });
  });

  test('an identifier of a wrong form is refused without a call', async () => {
    const { records, stub } = await openRecords();
    expect(await records.opportunity('SANDBOX', 'X1')).toEqual({
      type: 'invalid',
      message: '"X1" is not an opportunity identifier. Expected the letter O and 1 to 19 digits, for example O1000001.',
    });
    for (const found of [
      await records.opportunitySummary('SANDBOX', 'O1\n'),
      await records.engagement('SANDBOX', 'O1'),
      await records.engagementSummary('SANDBOX', 'eng-short'),
      await records.invitation('SANDBOX', ENG),
      await records.snapshotJob('SANDBOX', 'job-1'),
    ]) {
      expect(found.type).toBe('invalid');
    }
    expect(stub.takeAsked()).toEqual([]);
  });

  test('an id and its ARN share a cache entry, and each catalog has its own', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    await records.engagement('SANDBOX', ENG_ARN);
    await records.engagement('SANDBOX', ENG);
    expect(stub.takeAsked()).toEqual(['GetEngagement']);
    await records.engagement('AWS', ENG);
    expect(stub.takeAsked()).toEqual(['GetEngagement']);
  });

  test('concurrent look-ups of a record of any kind share one call', async () => {
    const { records, stub } = await openRecords({
      GetEngagementInvitation: () => ok(INVITATION),
      GetResourceSnapshotJob: () => ok(SNAPSHOT_JOB),
    });
    await Promise.all([1, 2].map(() => records.invitation('SANDBOX', 'engi-0000000000001')));
    await Promise.all([1, 2].map(() => records.snapshotJob('SANDBOX', 'job-0000000000001')));
    expect(stub.takeAsked()).toEqual(['GetEngagementInvitation', 'GetResourceSnapshotJob']);
  });
});

describe('the cache of records', () => {
  test('an answer is reused for 2 s, also if the record is missing', async () => {
    const { records, stub, clock } = await openRecords(knowsAllBut('O2'));
    const askAll = () => Promise.all(['O1', 'O2'].map((id) => records.opportunity('SANDBOX', id)));
    await askAll();
    await clock.advance(2 * SECOND - 1);
    await askAll();
    expect(stub.takeAsked()).toHaveLength(2);
    await clock.advance(1);
    await askAll();
    expect(stub.takeAsked()).toHaveLength(2);
  });

  test('a problem is not cached', async () => {
    const { records, stub } = await openRecords({ GetOpportunity: () => refusal('AccessDeniedException') });
    await records.opportunity('SANDBOX', 'O1');
    stub.answers['GetOpportunity'] = () => ok(OPPORTUNITY);
    expect((await records.opportunity('SANDBOX', 'O1')).type).toBe('found');
  });

  test('a cached answer that is too old for the caller is not used', async () => {
    const { records, stub, clock } = await openRecords(knowsAllBut());
    await records.opportunity('SANDBOX', 'O1');
    await records.opportunity('SANDBOX', 'O1', 0);
    expect(stub.takeAsked()).toHaveLength(1);
    await clock.advance(1);
    await records.opportunity('SANDBOX', 'O1', 0);
    expect(stub.takeAsked()).toHaveLength(1);
  });

  test('a forgotten opportunity, engagement or invitation is read again, and others stay cached', async () => {
    const { records, stub, source } = await openRecords({
      ...knowsAllBut(),
      GetEngagementInvitation: () => ok(INVITATION),
    });
    const opportunities = () => ['O1', 'O2'].map((id) => records.opportunity('SANDBOX', id));
    const askAll = () =>
      Promise.all([
        ...opportunities(),
        records.engagement('SANDBOX', ENG),
        records.invitation('SANDBOX', 'engi-0000000000001'),
      ]);
    await askAll();
    expect(stub.takeAsked()).toHaveLength(4);
    source.forget('O1');
    await askAll();
    expect(stub.takeAsked()).toEqual(['GetOpportunity']);
    source.forget(ENG_ARN);
    await askAll();
    expect(stub.takeAsked()).toEqual(['GetEngagement']);
    source.forget('engi-0000000000001');
    await askAll();
    expect(stub.takeAsked()).toEqual(['GetEngagementInvitation']);
  });

  test('an answer in flight is not cached when its record is forgotten before it arrives', async () => {
    const late = held(ok(OPPORTUNITY));
    const { records, stub, source } = await openRecords({ GetOpportunity: late.answer });
    const first = records.opportunity('SANDBOX', 'O1');
    await stub.whenAsked(1);
    source.forget('O1');
    late.give();
    await first;
    await records.opportunity('SANDBOX', 'O1');
    expect(stub.takeAsked()).toHaveLength(2);
  });
});

describe('summaries', () => {
  test('concurrent summaries share a List of twenty, and a single one left over has its own call', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    const found = await Promise.all([...ids(41), 'O1'].map((id) => records.opportunitySummary('SANDBOX', id)));
    expect(found.map(idOf)).toEqual([...ids(41), 'O1']);
    expect(stub.takeAsked().toSorted()).toEqual(['GetOpportunity', 'ListOpportunities', 'ListOpportunities']);
    expect(stub.asked.map(({ question }) => namedIn(question, 'Identifier').length)).toEqual(
      expect.arrayContaining([20, 20]),
    );
  });

  test('concurrent summaries of engagements share a List of ten', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    const found = await Promise.all(
      ids(12).map((_, index) => records.engagementSummary('SANDBOX', `eng-${String(index).padStart(14, '0')}`)),
    );
    expect(found.every(({ type }) => type === 'found')).toBe(true);
    expect(stub.takeAsked()).toEqual(['ListEngagements', 'ListEngagements']);
  });

  test('summaries of different catalogs are different questions', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    await Promise.all([records.opportunitySummary('SANDBOX', 'O1'), records.opportunitySummary('AWS', 'O1')]);
    expect(new Set(stub.asked.map(({ question }) => question['Catalog']))).toEqual(new Set(['AWS', 'Sandbox']));
  });

  test('summaries one after the other are read one by one', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    await records.opportunitySummary('SANDBOX', 'O1');
    await records.opportunitySummary('SANDBOX', 'O2');
    expect(stub.takeAsked()).toEqual(['GetOpportunity', 'GetOpportunity']);
  });

  test('summaries that a List does not show are missing', async () => {
    const { records, stub } = await openRecords(knowsAllBut('O2'));
    expect((await Promise.all(ids(3).map((id) => records.opportunitySummary('SANDBOX', id)))).map(idOf)).toEqual([
      'O1',
      'missing',
      'O3',
    ]);
    expect(stub.takeAsked()).toEqual(['ListOpportunities']);
  });

  test('a List is read up to the page with the last summary, and no further', async () => {
    const pages = [['O3'], [], ['O1', 'O2']];
    const { records, stub } = await openRecords({
      ListOpportunities: (question) => {
        const page = Number(question['NextToken'] ?? 0);
        return ok({
          OpportunitySummaries: pages[page]?.map((Id) => ({ ...OPPORTUNITY, Id })),
          NextToken: String(page + 1),
        });
      },
    });
    expect((await Promise.all(ids(3).map((id) => records.opportunitySummary('SANDBOX', id)))).map(idOf)).toEqual(
      ids(3),
    );
    expect(stub.takeAsked()).toHaveLength(3);
  });

  test('summaries of a List that never ends are a problem, and not missing', async () => {
    const on = ({ NextToken = '' }) => ok({ OpportunitySummaries: [], NextToken: `${String(NextToken)}.` });
    const { records, stub } = await openRecords({ ListOpportunities: on });
    expect(await Promise.all(ids(2).map((id) => records.opportunitySummary('SANDBOX', id)))).toMatchObject([
      { type: 'unavailable' },
      { type: 'unavailable' },
    ]);
    expect(stub.takeAsked()).toHaveLength(20);
  });

  test('summaries of records that are read in full need no List', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    await Promise.all([
      records.opportunitySummary('SANDBOX', 'O1'),
      records.opportunitySummary('SANDBOX', 'O2'),
      records.opportunity('SANDBOX', 'O1'),
      records.opportunity('SANDBOX', 'O2'),
    ]);
    await records.opportunitySummary('SANDBOX', 'O1');
    expect(stub.takeAsked()).toEqual(['GetOpportunity', 'GetOpportunity']);
  });

  test('a summary does not answer for the full record', async () => {
    const { records, stub } = await openRecords(knowsAllBut());
    await Promise.all(ids(2).map((id) => records.opportunitySummary('SANDBOX', id)));
    await Promise.all(ids(2).map((id) => records.opportunitySummary('SANDBOX', id)));
    expect(stub.takeAsked()).toEqual(['ListOpportunities']);
    await records.opportunity('SANDBOX', 'O1');
    expect(stub.takeAsked()).toEqual(['GetOpportunity']);
  });

  test.each(['ResourceNotFoundException', 'ValidationException'])(
    'summaries are found beside one for which AWS refuses the List with %s',
    async (refused) => {
      const { ListEngagements, ...others } = knowsAllBut('eng-0000000000000b');
      const { records } = await openRecords({
        ...others,
        ListEngagements: (question) =>
          namedIn(question, 'EngagementIdentifier').includes('eng-0000000000000b')
            ? refusal(refused)
            : ListEngagements(question),
      });
      const found = await Promise.all(
        ['a', 'b', 'c', 'd'].map((last) => records.engagementSummary('SANDBOX', `eng-0000000000000${last}`)),
      );
      expect(found.map(idOf)).toEqual(['eng-0000000000000a', 'missing', 'eng-0000000000000c', 'eng-0000000000000d']);
    },
  );

  test('summaries share the problem of their List', async () => {
    const { records, stub } = await openRecords({
      ListOpportunities: () => refusal('AccessDeniedException', { Message: 'No.' }),
    });
    const no = { type: 'refused', code: 'ACCESS_DENIED', message: 'No.' };
    expect(await Promise.all(ids(3).map((id) => records.opportunitySummary('SANDBOX', id)))).toEqual([no, no, no]);
    expect(stub.takeAsked()).toHaveLength(1);
  });
});
