import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import type { RecordPage, RecordProblem } from '../../src/records/records.js';
import { ok, refusal } from '../support/fakes/aws-stub.js';
import { ENGAGEMENT, INVITATION, OPPORTUNITY } from '../support/fixtures/raw-records.js';
import { openRecords } from '../support/aws/records.js';

const FIRST = { first: 2, after: null };

function pageOf<T>(answer: RecordPage<T> | RecordProblem): RecordPage<T> {
  if (answer.type !== 'page') throw new Error(JSON.stringify(answer));
  return answer;
}

const idsOf = (page: RecordPage<{ readonly id: string }>) => page.items.map(({ record }) => record.id);

/** `count` opportunities, with numbers as AWS's tokens. */
function manyOpportunities(count: number) {
  return {
    ListOpportunities: (question: Readonly<Record<string, unknown>>) => {
      const from = Number(question['NextToken'] ?? 0);
      const until = Math.min(count, from + Number(question['MaxResults']));
      const OpportunitySummaries = Array.from({ length: until - from }, (_, index) => ({
        ...OPPORTUNITY,
        Id: `O${from + index}`,
      }));
      return ok({ OpportunitySummaries, ...(until < count ? { NextToken: String(until) } : {}) });
    },
  };
}

describe('the lists of records', () => {
  test('a list is read to its end page by page, each in one call', async () => {
    const { records, stub } = await openRecords(manyOpportunities(5));
    const pages: RecordPage<{ readonly id: string }>[] = [];
    let after: string | null = null;
    do {
      const page: RecordPage<{ readonly id: string }> = pageOf(
        await records.opportunities('SANDBOX', {}, { first: 2, after }),
      );
      pages.push(page);
      after = page.hasNextPage ? (page.items.at(-1)?.cursor ?? null) : null;
    } while (after !== null);
    expect(pages.map(idsOf)).toEqual([['O0', 'O1'], ['O2', 'O3'], ['O4']]);
    expect(pages.map(({ hasPreviousPage }) => hasPreviousPage)).toEqual([false, true, true]);
    expect(stub.takeAsked()).toHaveLength(3);
    expect(stub.asked.map(({ question }) => question['MaxResults'])).toEqual([2, 2, 2]);
  });

  test('a list that returns the same NextToken twice is a problem', async () => {
    const { records, stub } = await openRecords({
      ListOpportunities: () => ok({ OpportunitySummaries: [{ ...OPPORTUNITY, Id: 'O1' }], NextToken: 'again' }),
    });
    const [first] = pageOf(await records.opportunities('SANDBOX', {}, { first: 1, after: null })).items;
    expect(await records.opportunities('SANDBOX', {}, { first: 1, after: first?.cursor ?? null })).toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('the same page of the list twice'),
    });
    const before = stub.asked.length;
    const found = await Promise.all(['O2', 'O3', 'O1'].map((id) => records.opportunitySummary('SANDBOX', id)));
    expect(found.map(({ type }) => type)).toEqual(['unavailable', 'unavailable', 'found']);
    expect(stub.asked.length - before).toBe(2);
  });

  test('a list continues after any of its items, with larger or smaller pages', async () => {
    const { records } = await openRecords(manyOpportunities(9));
    const { items } = pageOf(await records.opportunities('SANDBOX', {}, { first: 4, after: null }));
    const after = items[1]?.cursor ?? null;
    expect(idsOf(pageOf(await records.opportunities('SANDBOX', {}, { first: 3, after })))).toEqual(['O2', 'O3', 'O4']);
    const one = pageOf(await records.opportunities('SANDBOX', {}, { first: 1, after }));
    expect(idsOf(one)).toEqual(['O2']);
    expect(
      idsOf(pageOf(await records.opportunities('SANDBOX', {}, { first: 100, after: one.items[0]?.cursor ?? null }))),
    ).toEqual(['O3', 'O4', 'O5', 'O6', 'O7', 'O8']);
  });

  test('a call asks AWS for at most 100 items, and a larger page loses none', async () => {
    const { records, stub } = await openRecords(manyOpportunities(150));
    const { items } = pageOf(await records.opportunities('SANDBOX', {}, { first: 100, after: null }));
    const rest = pageOf(await records.opportunities('SANDBOX', {}, { first: 100, after: items[59]?.cursor ?? null }));
    expect([idsOf(rest).at(0), idsOf(rest).at(-1), rest.hasNextPage]).toEqual(['O60', 'O99', true]);
    const last = pageOf(
      await records.opportunities('SANDBOX', {}, { first: 100, after: rest.items.at(-1)?.cursor ?? null }),
    );
    expect([idsOf(last).at(0), idsOf(last).at(-1), last.hasNextPage]).toEqual(['O100', 'O149', false]);
    expect(stub.asked.map(({ question }) => question['MaxResults'])).toEqual([100, 100, 100]);
  });

  test('a list has a next page when AWS sends more than it was asked for', async () => {
    const { records } = await openRecords({
      ListEngagements: () =>
        ok({ EngagementSummaryList: ['a', 'b', 'c'].map((last) => ({ Id: `eng-0000000000000${last}` })) }),
    });
    expect(pageOf(await records.engagements('SANDBOX', {}, FIRST))).toMatchObject({
      hasNextPage: true,
      items: [{}, {}],
    });
  });

  test('pages that AWS left empty are skipped', async () => {
    const { records, stub } = await openRecords({
      ListEngagementInvitations: ({ NextToken }) =>
        ok(
          NextToken === 'b'
            ? { EngagementInvitationSummaries: [INVITATION] }
            : { NextToken: NextToken === 'a' ? 'b' : 'a' },
        ),
    });
    expect(idsOf(pageOf(await records.invitations('SANDBOX', { participantType: 'RECEIVER' }, FIRST)))).toEqual([
      'engi-0000000000001',
    ]);
    expect(stub.takeAsked()).toHaveLength(3);
  });

  test('a list shows the whole page behind one that has become empty since its cursor was given', async () => {
    const OpportunitySummaries = ['O1', 'O2', 'O3'].map((Id) => ({ ...OPPORTUNITY, Id }));
    const { records, stub } = await openRecords({ ListOpportunities: () => ok({ OpportunitySummaries }) });
    const after = pageOf(await records.opportunities('SANDBOX', {}, FIRST)).items[1]?.cursor ?? null;
    stub.answers['ListOpportunities'] = ({ NextToken }) =>
      ok(NextToken === 'on' ? { OpportunitySummaries } : { OpportunitySummaries: [], NextToken: 'on' });
    expect(idsOf(pageOf(await records.opportunities('SANDBOX', {}, { first: 3, after })))).toEqual(['O1', 'O2', 'O3']);
  });

  test('a list of empty pages only is a problem', async () => {
    const { records, stub } = await openRecords({
      ListEngagements: ({ NextToken = '' }) => ok({ EngagementSummaryList: [], NextToken: `${String(NextToken)}.` }),
    });
    expect((await records.engagements('SANDBOX', {}, FIRST)).type).toBe('unavailable');
    expect(stub.takeAsked()).toHaveLength(10);
  });

  test('a filter that matches nothing gives an empty list without a call', async () => {
    const { records, stub } = await openRecords({ ListEngagements: () => ok({ EngagementSummaryList: [ENGAGEMENT] }) });
    expect(await records.opportunities('SANDBOX', { identifiers: [] }, FIRST)).toEqual({
      type: 'page',
      items: [],
      hasNextPage: false,
      hasPreviousPage: false,
    });
    expect(stub.takeAsked()).toEqual([]);
    for (const filter of [{ excludeContextTypes: [] }, { excludeCreatedBy: [] }])
      expect(pageOf(await records.engagements('SANDBOX', filter, FIRST)).items).toHaveLength(1);
    expect(pageOf(await records.engagements('SANDBOX', { createdBy: [] }, FIRST)).items).toHaveLength(0);
  });

  test('concurrent requests share the call for a list, which is repeated after 2 s', async () => {
    const { records, stub, clock } = await openRecords(manyOpportunities(5));
    const ask = () => records.opportunities('SANDBOX', { stages: ['QUALIFIED', 'PROSPECT'] }, FIRST);
    await Promise.all([ask(), records.opportunities('SANDBOX', { stages: ['PROSPECT', 'QUALIFIED'] }, FIRST)]);
    await ask();
    expect(stub.takeAsked()).toHaveLength(1);
    await clock.advance(2 * SECOND);
    await ask();
    expect(stub.takeAsked()).toHaveLength(1);
  });

  test.each(['opportunities', 'engagements', 'invitations'] as const)(
    'a list of %s is read again after an event about a record',
    async (kind) => {
      const page = () => ok({ OpportunitySummaries: [], EngagementSummaryList: [], EngagementInvitationSummaries: [] });
      const { records, stub, source } = await openRecords({
        ListOpportunities: page,
        ListEngagements: page,
        ListEngagementInvitations: page,
      });
      const ask = () => records[kind]('SANDBOX', { participantType: 'RECEIVER' }, FIRST);
      await ask();
      await ask();
      expect(stub.takeAsked()).toHaveLength(1);
      source.forget('O1');
      await ask();
      expect(stub.takeAsked()).toHaveLength(1);
    },
  );

  test('a list that AWS refuses says why', async () => {
    const { records } = await openRecords({
      ListOpportunities: () => refusal('ValidationException', { Message: 'No such token.' }),
    });
    expect(await records.opportunities('SANDBOX', {}, FIRST)).toEqual({
      type: 'refused',
      code: 'VALIDATION_FAILED',
      message: 'No such token.',
    });
  });
});

describe('the cursors of lists', () => {
  test('a cursor of another filter, catalog or list is refused without a call', async () => {
    const { records, stub } = await openRecords(manyOpportunities(5));
    const after = pageOf(await records.opportunities('SANDBOX', {}, FIRST)).items[0]?.cursor ?? '';
    stub.takeAsked();
    const message =
      'The cursor comes from another list. Pass one that was received with the same catalog and filter, or leave it ' +
      'out to begin with the first page.';
    for (const answer of [
      await records.opportunities('SANDBOX', { stages: ['QUALIFIED'] }, { first: 2, after }),
      await records.opportunities('AWS', {}, { first: 2, after }),
      await records.engagements('SANDBOX', {}, { first: 2, after }),
    ]) {
      expect(answer).toEqual({ type: 'bad-cursor', message });
    }
    expect(stub.takeAsked()).toEqual([]);
  });

  test('a cursor that is damaged at any place is refused', async () => {
    const { records } = await openRecords(manyOpportunities(5));
    const good = pageOf(await records.opportunities('SANDBOX', {}, FIRST)).items[0]?.cursor ?? '';
    const bytes = Buffer.from(good, 'base64url');
    const damaged = [...bytes.keys()].map((index) =>
      Buffer.from(bytes.map((byte, at) => (at === index ? byte ^ 1 : byte))).toString('base64url'),
    );
    const message =
      'The cursor is damaged. Pass it exactly as it was received, or leave it out to begin with the first page.';
    for (const after of ['', 'x', good.slice(0, -2), ...damaged]) {
      expect(await records.opportunities('SANDBOX', {}, { first: 2, after })).toEqual({ type: 'bad-cursor', message });
    }
  });
});
