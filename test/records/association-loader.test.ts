import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../src/runtime/clock.js';
import { ok, refusal, type Question, type StubAnswers } from '../support/fakes/aws-stub.js';
import { openRecords } from '../support/aws/records.js';

type Association = readonly [opportunity: string, engagement: string];

const eng = (number: number) => `eng-${String(number).padStart(14, '0')}`;

/** An AWS with these associations, in pages of `pageSize`. */
function awsWith(associations: readonly Association[], pageSize = 1000): StubAnswers {
  return {
    ListEngagementResourceAssociations(question: Question) {
      const named = question['ResourceIdentifier'];
      const all = associations.filter(([opportunity]) => named === undefined || named === opportunity);
      const start = Number(question['NextToken'] ?? 0);
      const summaries = all
        .slice(start, start + pageSize)
        .map(([ResourceId, EngagementId]) => ({ Catalog: 'Sandbox', EngagementId, ResourceId }));
      const more = start + pageSize < all.length ? { NextToken: String(start + pageSize) } : {};
      return ok({ EngagementResourceAssociationSummaries: summaries, ...more });
    },
  };
}

async function open(associations: readonly Association[], pageSize?: number) {
  const opened = await openRecords(awsWith(associations, pageSize));
  const idsOf = async (id: string) => {
    const found = await opened.records.engagementIds('SANDBOX', id);
    return found.type === 'found' ? found.record : found;
  };
  /** The opportunity that each call names; null for all. */
  const named = () => opened.stub.asked.map(({ question }) => question['ResourceIdentifier'] ?? null);
  return { ...opened, idsOf, named };
}

describe('the engagements of an opportunity', () => {
  test('a single look-up asks for its opportunity, in one call', async () => {
    const { idsOf, named } = await open([
      ['O1', eng(1)],
      ['O2', eng(2)],
    ]);
    expect(await idsOf('O1')).toEqual([eng(1)]);
    expect(named()).toEqual(['O1']);
  });

  test('look-ups at the same time share one call for all associations', async () => {
    const { idsOf, named } = await open([
      ['O1', eng(1)],
      ['O3', eng(3)],
      ['O1', eng(4)],
      ['O1', eng(1)],
    ]);
    expect(await Promise.all(['O1', 'O2', 'O3', 'O1'].map(idsOf))).toEqual([
      [eng(1), eng(4)],
      [],
      [eng(3)],
      [eng(1), eng(4)],
    ]);
    expect(named()).toEqual([null]);
  });

  test('a hundred look-ups at the same time cost one call', async () => {
    const ids = Array.from({ length: 100 }, (_, index) => `O${index + 1}`);
    const { idsOf, named } = await open(ids.map((id, index) => [id, eng(index)]));
    expect((await Promise.all(ids.map(idsOf))).flat()).toHaveLength(100);
    expect(named()).toEqual([null]);
  });

  test('each opportunity is asked for on its own if the list of all has another page', async () => {
    const { idsOf, named } = await open(
      [
        ['O1', eng(1)],
        ['O2', eng(2)],
        ['O1', eng(3)],
      ],
      2,
    );
    expect(await Promise.all(['O1', 'O2'].map(idsOf))).toEqual([[eng(1), eng(3)], [eng(2)]]);
    expect(named()).toEqual([null, 'O1', 'O2']);
  });

  test('an opportunity with many engagements is read to the end of its list', async () => {
    const all = Array.from({ length: 5 }, (_, index): Association => ['O1', eng(index)]);
    const { idsOf, named } = await open(all, 2);
    expect(await idsOf('O1')).toEqual(all.map(([, engagement]) => engagement));
    expect(named()).toEqual(['O1', 'O1', 'O1']);
  });

  test('a list that repeats a page, and one that does not end, are failures', async () => {
    const { records, stub } = await openRecords({
      ListEngagementResourceAssociations: () => ok({ EngagementResourceAssociationSummaries: [], NextToken: 'again' }),
    });
    expect(await records.engagementIds('SANDBOX', 'O1')).toMatchObject({ type: 'unavailable' });
    let page = 0;
    stub.answers['ListEngagementResourceAssociations'] = () =>
      ok({ EngagementResourceAssociationSummaries: [], NextToken: `page ${(page += 1)}` });
    expect(await records.engagementIds('SANDBOX', 'O1')).toMatchObject({
      type: 'unavailable',
      message: "AWS's list did not end after 10 pages.",
    });
  });

  test('a refusal of the shared call fails each look-up, and is not cached', async () => {
    const { idsOf, stub } = await open([['O1', eng(1)]]);
    const answer = stub.answers['ListEngagementResourceAssociations'];
    stub.answers['ListEngagementResourceAssociations'] = () => refusal('AccessDeniedException', { Message: 'No.' });
    const refused = { type: 'refused', code: 'ACCESS_DENIED', message: 'No.' };
    expect(await Promise.all(['O1', 'O2'].map(idsOf))).toEqual([refused, refused]);
    if (answer !== undefined) stub.answers['ListEngagementResourceAssociations'] = answer;
    expect(await idsOf('O1')).toEqual([eng(1)]);
  });

  test('an answer is reused for 2 s, also if there is no engagement, and dropped by an event about any record', async () => {
    const { idsOf, named, clock, source } = await open([]);
    await idsOf('O1');
    await clock.advance(2 * SECOND - 1);
    await idsOf('O1');
    expect(named()).toEqual(['O1']);
    await clock.advance(1);
    await idsOf('O1');
    source.forget(eng(7));
    await idsOf('O1');
    expect(named()).toEqual(['O1', 'O1', 'O1']);
  });

  test('each catalog has its own engagements', async () => {
    const { records, stub } = await open([['O1', eng(1)]]);
    await Promise.all([records.engagementIds('SANDBOX', 'O1'), records.engagementIds('AWS', 'O1')]);
    expect(stub.asked.map(({ question }) => question['Catalog'])).toEqual(['Sandbox', 'AWS']);
  });
});
