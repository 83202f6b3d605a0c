/**
 * Each member of the model in turn, in records with random unknown members: an edit over HTTP changes the member and
 * nothing else. FC_SEED repeats a run.
 */
import { expect, test } from '@jest/globals';
import fc from 'fast-check';
import { OPPORTUNITY_MEMBERS } from '../../../src/edits/patch/opportunity-members.js';
import { leavesOf, type Leaf } from '../../../src/edits/patch/view.js';
import { openEditableAws } from '../../support/fakes/editable-aws.js';
import { rawStructure, type Json } from '../../support/fixtures/random-records.js';

const SEED = Number(process.env['FC_SEED'] ?? Date.now() % 1_000_000);

/** Values of the patch, and of AWS, for the members that do not take any text. */
const VALUES: Readonly<Record<string, readonly [mine: unknown, aws: unknown]>> = {
  'customer.account.awsAccountId': ['123456789012', '123456789012'],
  'customer.account.duns': ['150483782', '150483782'],
  'customer.contacts': [[{ email: 'jo@example.com' }], [{ Email: 'jo@example.com' }]],
  'project.customerBusinessProblem': ['A problem that is long enough.', 'A problem that is long enough.'],
  'project.expectedCustomerSpend': [
    [{ amount: '12.5', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS' }],
    [{ Amount: '12.5', CurrencyCode: 'USD', Frequency: 'Monthly', TargetCompany: 'AWS' }],
  ],
  'project.expectedContractDuration.value': [77, '77'],
  'project.relatedOpportunityIdentifier': ['O77', 'O77'],
  'softwareRevenue.value.amount': ['77.50', '77.50'],
  'softwareRevenue.effectiveDate': ['2027-02-03', '2027-02-03'],
  'softwareRevenue.expirationDate': ['2027-02-03', '2027-02-03'],
  'lifeCycle.stage': ['BUSINESS_VALIDATION', 'Business Validation'],
  'lifeCycle.targetCloseDate': ['2027-02-03', '2027-02-03'],
  'lifeCycle.nextStepsHistory': [
    [{ value: 'Met.', time: new Date(0) }],
    [{ Value: 'Met.', Time: '1970-01-01T00:00:00.000Z' }],
  ],
};

const ANY_TEXT = ['A new text', 'A new text'] as const;
const ANY_TEXTS = [['A new text'], ['A new text']] as const;

test.each(leavesOf(OPPORTUNITY_MEMBERS).map((leaf) => [leaf.path.join('.'), leaf] as const))(
  `an edit of %s changes it and nothing else (seed ${SEED})`,
  async (name, leaf) => {
    const [mine, theirs] = VALUES[name] ?? (leaf.member.kind === 'texts' ? ANY_TEXTS : ANY_TEXT);
    const records = rawStructure(OPPORTUNITY_MEMBERS)
      // As AWS's answer is read: JavaScript writes no negative zero.
      .map((random): Json => JSON.parse(JSON.stringify(withReviewStatus(filled(WHOLE, random)))))
      // An edit to the value that a record has already changes nothing.
      .filter((record) => JSON.stringify(valueAt(record, leaf.aws)) !== JSON.stringify(theirs));
    const [before = {}] = fc.sample(records, { seed: SEED, numRuns: 1 });
    const aws = await openEditableAws(before);

    const outcome = await aws.update(nested(leaf.path, mine));
    if (outcome.type === 'refused' && outcome.errors.every(({ code }) => code === 'UNKNOWN_MEMBER')) {
      expect(leaf.member.kind).toBe('structures');
      expect(aws.updates).toEqual([]);
      return;
    }
    expect(outcome).toMatchObject({ type: 'done', changed: [name] });
    const { Arn: _arn, ...after } = aws.record();
    expect(JSON.stringify(valueAt(after, leaf.aws))).toBe(JSON.stringify(theirs));
    expect(without(after, leaf)).toEqual(without({ ...RECORD_KEYS, ...before }, leaf));
    expect(await aws.update(nested(leaf.path, mine))).toMatchObject({ type: 'done', changed: [] });
  },
);

/** The structures whose required members a random record may lack. */
const WHOLE = {
  Project: { ExpectedContractDuration: { Term: 'Months', Value: '3', NewMember: 1.5 } },
  SoftwareRevenue: { Value: { Amount: '1', CurrencyCode: 'USD', NewMember: [null] } },
  Customer: { Account: { CompanyName: 'A company', NewMember: { a: 'b' } } },
};
const RECORD_KEYS = {
  Id: 'O1',
  Catalog: 'Sandbox',
  CreatedDate: '2025-01-01T00:00:00Z',
  RelatedEntityIdentifiers: { Solutions: ['S-1'] },
  OpportunityTeam: [],
  Project: { Title: 'A title' },
};

/** The random record, with what it lacks of the whole one. */
function filled(whole: Json, random: Json): Json {
  const entries = Object.entries(whole).map(([name, value]): [string, unknown] => {
    const given = random[name];
    return [name, given === undefined ? value : isObject(value) && isObject(given) ? filled(value, given) : given];
  });
  return { ...random, ...Object.fromEntries(entries) };
}

function isObject(value: unknown): value is Json {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function withReviewStatus(record: Json): Json {
  const lifeCycle = record['LifeCycle'];
  const members = typeof lifeCycle === 'object' ? lifeCycle : {};
  return { ...record, LifeCycle: { ...members, ReviewStatus: 'Pending Submission' } };
}

function nested([name = '', ...rest]: readonly string[], value: unknown): Json {
  return { [name]: rest.length === 0 ? value : nested(rest, value) };
}

function valueAt(record: unknown, path: readonly string[]): unknown {
  return path.reduce<unknown>((value, name) => (value as Json | undefined)?.[name], record);
}

/** The record without the member, and without structures that have no other. */
function without(record: Json, { aws }: Pick<Leaf, 'aws'>): Json {
  const [name = '', ...rest] = aws;
  const { [name]: value, ...others } = record;
  if (rest.length === 0 || typeof value !== 'object' || value === null) return others;
  const inner = without(value as Json, { aws: rest });
  return Object.keys(inner).length === 0 ? others : { ...others, [name]: inner };
}
