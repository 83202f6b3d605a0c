/** The pure decision about the next writer: alternation of starts and edits, and turns among subjects. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { decideEditTurn, decideStartTurn, type Turns } from '../../../src/partner-central/quota/turns.js';

const NOW = Date.UTC(2026, 0, 1);
const turn = (servedAt: number, waitsUntil: number, askedAt = NOW - 100) => ({ servedAt, askedAt, waitsUntil });
const edit = (subject: string, servedAt: number, waitsUntil: number, askedAt?: number) => ({
  subject,
  ...turn(servedAt, waitsUntil, askedAt),
});

const aTurn = fc.record({
  servedAt: fc.oneof(fc.constant(0), fc.integer({ min: NOW - 60_000, max: NOW - 1 })),
  askedAt: fc.integer({ min: NOW - 60_000, max: NOW - 1 }),
  waitsUntil: fc.integer({ min: NOW - 3000, max: NOW + 3000 }),
});
const someTurns: fc.Arbitrary<Turns> = fc.record({
  starts: fc.option(aTurn, { nil: null }),
  edits: fc.uniqueArray(
    fc
      .record({ subject: fc.constantFrom('ann', 'bob', 'cy', 'di', 'ed') })
      .chain(({ subject }) => aTurn.map((own) => ({ subject, ...own }))),
    { selector: ({ subject }) => subject, maxLength: 5 },
  ),
});

describe('decideStartTurn', () => {
  test('a start does not wait for edits that do not wait', () => {
    expect(decideStartTurn({ starts: null, edits: [] }, NOW)).toEqual({ type: 'turn' });
    expect(decideStartTurn({ starts: turn(NOW - 1020, NOW), edits: [edit('ann', NOW - 2040, NOW)] }, NOW)).toEqual({
      type: 'turn',
    });
  });

  test('a start after a start waits for the edit that waits, until the end of its claim', () => {
    const edits = [edit('ann', NOW - 2040, NOW + 500)];
    expect(decideStartTurn({ starts: turn(NOW - 1020, 0), edits }, NOW)).toEqual({ type: 'wait', until: NOW + 500 });
  });

  test('a start after an edit is next, although another edit waits', () => {
    const edits = [edit('ann', NOW - 1020, NOW), edit('bob', 0, NOW + 500)];
    expect(decideStartTurn({ starts: turn(NOW - 2040, 0), edits }, NOW)).toEqual({ type: 'turn' });
  });
});

describe('decideEditTurn', () => {
  test('the subject that was served longest ago is next, and a new subject before it, the earliest first', () => {
    const edits = [edit('ann', NOW - 2040, NOW), edit('bob', NOW - 1020, NOW + 900), edit('cy', 0, NOW + 900, NOW - 9)];
    const next = (subjects: string[]) => decideEditTurn({ starts: null, edits }, subjects, NOW);
    expect(next(['ann', 'bob', 'cy'])).toEqual({ type: 'turn', subject: 'cy' });
    expect(next(['di', 'cy'])).toEqual({ type: 'turn', subject: 'cy' });
    expect(next(['ann'])).toEqual({ type: 'wait', until: NOW + 900 });
    const withoutCy = { starts: null, edits: edits.slice(0, 2) };
    expect(decideEditTurn(withoutCy, ['ann', 'bob'], NOW)).toEqual({ type: 'turn', subject: 'ann' });
    expect(decideEditTurn(withoutCy, ['di'], NOW)).toEqual({ type: 'turn', subject: 'di' });
  });

  test('an edit after an edit waits for the starts that wait, until the end of their claim', () => {
    const edits = [edit('ann', NOW - 1020, NOW)];
    const starts = turn(NOW - 2040, NOW + 700);
    expect(decideEditTurn({ starts, edits }, ['bob'], NOW)).toEqual({ type: 'wait', until: NOW + 700 });
    expect(decideEditTurn({ starts: turn(NOW - 2040, NOW), edits }, ['bob'], NOW)).toMatchObject({ subject: 'bob' });
  });
});

test('exactly one of all writers that ask is next, whichever gateways they ask on', () => {
  const property = (turns: Turns, split: readonly boolean[]) => {
    // All that wait ask now, the edits on two gateways.
    const waiting = turns.edits.filter(({ waitsUntil }) => waitsUntil > NOW).map(({ subject }) => subject);
    const gateways = [true, false].map((side) => waiting.filter((_, index) => (split[index] ?? false) === side));
    const startsAsk = turns.starts !== null && turns.starts.waitsUntil > NOW;
    const decisions = [
      ...(startsAsk ? [decideStartTurn(turns, NOW)] : []),
      ...gateways.flatMap((subjects) => (subjects.length === 0 ? [] : [decideEditTurn(turns, subjects, NOW)])),
    ];
    if (decisions.length > 0) expect(decisions.filter(({ type }) => type === 'turn')).toHaveLength(1);
    for (const decision of decisions) if (decision.type === 'wait') expect(decision.until).toBeGreaterThan(NOW);
  };
  fc.assert(fc.property(someTurns, fc.array(fc.boolean(), { minLength: 5, maxLength: 5 }), property), { verbose: 1 });
});
