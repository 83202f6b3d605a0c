/** A patch changes what it names and nothing else, over every member of the model and unknown members. */
import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import type { Member, Members } from '../../../src/edits/patch/members.js';
import { merge } from '../../../src/edits/patch/merge.js';
import { OPPORTUNITY_MEMBERS } from '../../../src/edits/patch/opportunity-members.js';
import { canonicalAmount } from '../../../src/edits/patch/text-checks.js';
import { patchOf, rawStructure, type Json } from '../../support/fixtures/random-records.js';

const isObject = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value) && !(value instanceof Date);
const isEmpty = (value: unknown) => value == null || value === '' || (Array.isArray(value) && value.length === 0);
const text = (value: unknown) => JSON.stringify(value) ?? 'absent';

/** Says what the patch must not have changed, and what it should have. Written without the code under test. */
function faultsOf(members: Members, before: Json, patch: Json, after: Json, at = ''): string[] {
  const byAws = new Map(Object.entries(members).map(([name, member]) => [member.aws, { name, member }]));
  return [...new Set([...Object.keys(before), ...Object.keys(after), ...byAws.keys()])].flatMap((aws) => {
    const place = `${at}${aws}`;
    const [old, now] = [before[aws], after[aws]];
    const known = byAws.get(aws);
    const wanted = known === undefined ? undefined : patch[known.name];
    if (known === undefined || wanted === undefined)
      return text(old) === text(now) ? [] : [`${place} is not named, and was changed`];
    return faultsOfMember(known.member, old, wanted, now, place);
  });
}

function faultsOfMember(member: Member, old: unknown, wanted: unknown, now: unknown, place: string): string[] {
  if (member.kind === 'structure') {
    const inner = isObject(wanted)
      ? wanted
      : Object.fromEntries(Object.keys(member.members).map((name) => [name, null]));
    const isMade = isObject(now) && Object.keys(now).length === 0 && old === undefined;
    return isMade
      ? [`${place} was made empty`]
      : faultsOf(member.members, isObject(old) ? old : {}, inner, isObject(now) ? now : {}, `${place}.`);
  }
  if (isEmpty(wanted)) return isEmpty(now) ? [] : [`${place} is not cleared`];
  if (member.kind === 'structures') return faultsOfList(member.members, wanted, now, place);
  return isWanted(member, wanted, now) ? [] : [`${place} is ${text(now)} instead of ${text(wanted)}`];
}

function faultsOfList(members: Members, wanted: unknown, now: unknown, place: string): string[] {
  if (!Array.isArray(wanted) || !Array.isArray(now) || wanted.length !== now.length)
    return [`${place} has another length`];
  return wanted.flatMap((item: Json, index) =>
    Object.entries(members).flatMap(([name, member]) => {
      const value = (now[index] as Json)[member.aws];
      const isRight = isEmpty(item[name]) ? isEmpty(value) : isWanted(member, item[name], value);
      return isRight ? [] : [`${place}[${index}].${name} is ${text(value)}`];
    }),
  );
}

function isWanted(member: Member, wanted: unknown, now: unknown): boolean {
  switch (member.kind) {
    case 'choice':
      return now === member.spellings[String(wanted)];
    case 'number':
      return now === String(wanted);
    case 'time':
      return wanted instanceof Date && Date.parse(String(now)) === wanted.getTime();
    case 'text':
    case 'texts':
    case 'structure':
    case 'structures':
      return text(now) === text(wanted);
    default:
      return member satisfies never;
  }
}

/** The unknown members in the elements of a list. */
function unknownIn(members: Members, list: unknown): string[] {
  const known = new Set(Object.values(members).map(({ aws }) => aws));
  return (Array.isArray(list) ? list : []).flatMap((item: Json) =>
    Object.entries(item).flatMap(([name, value]) => (known.has(name) ? [] : [text([name, value])])),
  );
}

describe('merge', () => {
  test('a patch changes what it names and nothing else, or is refused', () => {
    let sent = 0;
    fc.assert(
      fc.property(rawStructure(OPPORTUNITY_MEMBERS), patchOf(OPPORTUNITY_MEMBERS), (before, patch) => {
        const unchanged = text(before);
        const { json, unknown } = merge(OPPORTUNITY_MEMBERS, before, patch);
        expect(text(before)).toBe(unchanged);
        if (unknown.length > 0) return;
        sent += 1;
        expect(faultsOf(OPPORTUNITY_MEMBERS, before, patch, json)).toEqual([]);
      }),
      { numRuns: 300 },
    );
    expect(sent).toBeGreaterThan(80);
  });

  test('an element that only changes keeps its unknown members, or the patch is refused', () => {
    const { contacts } = OPPORTUNITY_MEMBERS.customer.members;
    let kept = 0;
    fc.assert(
      fc.property(rawStructure({ contacts }), patchOf({ contacts }, 1), (before, patch) => {
        const [old, wanted] = [before['Contacts'], patch['contacts']];
        // With as many elements as before, each old one is unchanged, changed, or replaced.
        if (!Array.isArray(wanted) || !Array.isArray(old) || wanted.length < old.length) return;
        const { json, unknown } = merge({ contacts }, before, patch);
        if (unknown.length > 0) return;
        const inOld = unknownIn(contacts.members, old).toSorted();
        expect(unknownIn(contacts.members, json['Contacts']).toSorted()).toEqual(inOld);
        kept += inOld.length;
      }),
      { numRuns: 3000 },
    );
    expect(kept).toBeGreaterThan(0);
  });

  test('a repeated patch changes nothing more', () => {
    fc.assert(
      fc.property(rawStructure(OPPORTUNITY_MEMBERS), patchOf(OPPORTUNITY_MEMBERS), (before, patch) => {
        const once = merge(OPPORTUNITY_MEMBERS, before, patch);
        if (once.unknown.length > 0) return;
        const twice = merge(OPPORTUNITY_MEMBERS, once.json, patch);
        expect(twice.unknown).toEqual([]);
        expect(text(twice.json)).toBe(text(once.json));
      }),
      { numRuns: 200 },
    );
  });
});

describe('merge, case by case', () => {
  const after = (before: Json, patch: Json) => merge(OPPORTUNITY_MEMBERS, before, patch);

  test('the review status survives a cleared life cycle', () => {
    const before = { LifeCycle: { ReviewStatus: 'Pending Submission', Stage: 'Prospect', NextSteps: 'Call.' } };
    expect(after(before, { lifeCycle: null }).json).toEqual({ LifeCycle: { ReviewStatus: 'Pending Submission' } });
  });

  test('a cleared structure with a required member and an unknown one is refused', () => {
    const before = { Customer: { Account: { CompanyName: 'A', NewMember: 1 } } };
    const { json, unknown } = after(before, { customer: { account: null } });
    expect(unknown).toEqual([{ path: ['customer', 'account'], aws: 'Customer.Account.NewMember' }]);
    expect(json).toEqual({ Customer: { Account: { NewMember: 1 } } });
  });

  test('a contact is recognised by its address, and keeps its unknown members', () => {
    const before = {
      Customer: {
        Contacts: [
          { Email: 'a@b.co', Phone: '+12', Id: 'c-1' },
          { Email: 'c@d.co', Id: 'c-2' },
        ],
      },
    };
    const { json, unknown } = after(before, {
      customer: { contacts: [{ email: 'c@d.co' }, { email: 'a@b.co', firstName: 'Ann' }, { email: 'new@b.co' }] },
    });
    expect(unknown).toEqual([]);
    expect(json).toEqual({
      Customer: {
        Contacts: [
          { Email: 'c@d.co', Id: 'c-2' },
          { Email: 'a@b.co', FirstName: 'Ann', Id: 'c-1' },
          { Email: 'new@b.co' },
        ],
      },
    });
  });

  test('a contact that may be another one or a changed one is refused, and a removed one is not', () => {
    const before = { Customer: { Contacts: [{ Email: 'a@b.co', Id: 'c-1' }] } };
    expect(after(before, { customer: { contacts: [{ email: 'new@b.co' }] } }).unknown).toEqual([
      { path: ['customer', 'contacts'], aws: 'Customer.Contacts[0].Id' },
    ]);
    expect(after(before, { customer: { contacts: [] } })).toMatchObject({
      json: { Customer: { Contacts: [] } },
      unknown: [],
    });
    expect(after(before, { customer: { contacts: null } })).toMatchObject({ json: { Customer: {} }, unknown: [] });
  });

  test('an address that two contacts share recognises neither', () => {
    const before = {
      Customer: {
        Contacts: [
          { Email: 'a@b.co', Id: 'c-1' },
          { Email: 'a@b.co', Phone: '+12', Id: 'c-2' },
        ],
      },
    };
    const contacts = [{ email: 'a@b.co', firstName: 'Ann' }, { email: 'a@b.co' }];
    expect(after(before, { customer: { contacts } }).unknown).toEqual([
      { path: ['customer', 'contacts'], aws: 'Customer.Contacts[1].Id' },
    ]);
  });

  test('three thousand contacts of which each changes are merged within a second of the processor', () => {
    const numbers = Array.from({ length: 3000 }, (_, index) => index);
    const before = { Customer: { Contacts: numbers.map((n) => ({ Email: `${n}@b.co`, Id: n })) } };
    const contacts = numbers.map((n) => ({ email: `${n}@b.co`, firstName: 'Ann' })).toReversed();
    const begunAt = process.cpuUsage();
    const { json, unknown } = after(before, { customer: { contacts } });
    expect(process.cpuUsage(begunAt).user / 1000).toBeLessThan(1000);
    expect(unknown).toEqual([]);
    expect(json).toMatchObject({
      Customer: { Contacts: numbers.map((n) => ({ Email: `${n}@b.co`, FirstName: 'Ann', Id: n })).toReversed() },
    });
  });

  test('an unchanged time keeps its digits', () => {
    const history = [{ Value: 'a', Time: '2026-01-02T03:04:05.123456789Z' }];
    const patch = {
      lifeCycle: {
        nextStepsHistory: [
          { value: 'a', time: new Date('2026-01-02T03:04:05.123Z') },
          { value: 'b', time: new Date(0) },
        ],
      },
    };
    expect(after({ LifeCycle: { NextStepsHistory: history } }, patch).json).toEqual({
      LifeCycle: { NextStepsHistory: [...history, { Value: 'b', Time: '1970-01-01T00:00:00.000Z' }] },
    });
  });

  test('an amount in another form is not a change', () => {
    const before = { SoftwareRevenue: { Value: { Amount: '1200.50', CurrencyCode: 'USD' } } };
    for (const amount of ['1200.5', '1200.50'])
      expect(after(before, { softwareRevenue: { value: { amount } } }).json).toEqual(before);
    expect(after(before, { softwareRevenue: { value: { amount: '1200' } } }).json).not.toEqual(before);
    expect(['0.00', '10.', '100', '10.0', '0.10'].map(canonicalAmount)).toEqual(['0', '10', '100', '10', '0.1']);
  });

  test('a structure that the patch creates needs its required members', () => {
    const { missing } = after({}, { project: { expectedContractDuration: { value: 12 } } });
    expect(missing).toEqual([['project', 'expectedContractDuration', 'term']]);
    const whole = { Project: { ExpectedContractDuration: { Term: 'Months', Value: '6' } } };
    expect(after(whole, { project: { expectedContractDuration: { value: 12 } } })).toMatchObject({
      missing: [],
      unknown: [],
    });
  });

  test('a member of another type than the model says is not overwritten in part', () => {
    expect(after({ Marketing: 'none' }, { marketing: { source: 'None' } }).unknown).toEqual([
      { path: ['marketing'], aws: 'Marketing' },
    ]);
    expect(after({ Customer: { Contacts: 'none' } }, { customer: { contacts: [] } }).unknown).toHaveLength(1);
  });
});
