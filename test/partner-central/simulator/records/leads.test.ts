import { describe, expect, test } from '@jest/globals';
import { type RawRecord, rawCall } from '../../../support/aws/raw-calls.js';
import { type Partner, createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

/** Converts each lead under its own token. */
async function convert(partner: Partner, id: string, ContextIdentifier = '1') {
  const token = `conversion ${partner.simulator.tasks().length}`;
  return runToEnd(partner, () => partner.startOpportunity(id, token, { ContextIdentifier }));
}

const failed = (ReasonCode: string) => ({ TaskStatus: 'FAILED', ReasonCode });
const MEMBER_OF = [
  'eng-fivecontexts01',
  'eng-leaddisqualif1',
  'eng-leadqualified1',
  ...['07', '08', '09', '10', '11', '12'].map((number) => `eng-project50000${number}`),
];

describe('GetEngagement', () => {
  test('an engagement is shown with its lead, by id and by ARN', async () => {
    const { getEngagement } = recordsOf(await createPartner());
    const { $metadata: _one, ...engagement } = await getEngagement('eng-leadqualified1');
    expect(engagement).toMatchObject({
      Id: 'eng-leadqualified1',
      CreatedBy: '210987654321',
      Contexts: [
        {
          Id: '1',
          Type: 'Lead',
          Payload: {
            Lead: {
              QualificationStatus: 'Qualified',
              Customer: { CompanyName: expect.any(String) },
              Interactions: [{ Contact: { Email: expect.stringMatching(/example\.com$/) } }],
            },
          },
        },
      ],
    });
    const { $metadata: _other, ...byArn } = await getEngagement(engagement.Arn ?? '');
    expect(byArn).toEqual(engagement);
  });

  test('any other engagement has a qualified lead, and the samples match their scenarios', async () => {
    const { getEngagement } = recordsOf(await createPartner());
    expect(await getEngagement('eng-zzzzzzzzzzzzzz')).toMatchObject({ Contexts: [{ Id: '1', Type: 'Lead' }] });
    expect(await getEngagement('eng-alreadyproject')).toMatchObject({
      Contexts: [{ Id: '1', Type: 'CustomerProject' }],
    });
    expect(await getEngagement('eng-contextmissing')).toMatchObject({ Contexts: [{ Id: '2', Type: 'Lead' }] });
    const { Contexts } = await getEngagement('eng-disqualified01');
    expect(Contexts?.[0]?.Payload?.Lead?.QualificationStatus).toBe('Disqualified');
  });

  test('an engagement without membership is refused, and so are the samples for a refused read', async () => {
    const { getEngagement } = recordsOf(await createPartner());
    expect(nameOf(await failureOf(getEngagement('eng-leadnotjoined1')))).toBe('AccessDeniedException');
    expect(nameOf(await failureOf(getEngagement('eng-accessdenied01')))).toBe('AccessDeniedException');
    expect(nameOf(await failureOf(getEngagement('eng-notfound000001')))).toBe('ResourceNotFoundException');
  });
});

describe('ListEngagements', () => {
  test('the list has the seed engagements that the account is a member of, in pages', async () => {
    const { listEngagements } = recordsOf(await createPartner());
    const found: (string | undefined)[] = [];
    let NextToken: string | undefined;
    do {
      const page = await listEngagements({
        MaxResults: 3,
        Sort: { SortBy: 'CreatedDate', SortOrder: 'ASCENDING' },
        ...(NextToken === undefined ? {} : { NextToken }),
      });
      found.push(...(page.EngagementSummaryList ?? []).map(({ Id }) => Id));
      NextToken = page.NextToken;
    } while (NextToken !== undefined);
    expect(found).toEqual(MEMBER_OF);
  });

  test.each<[string, Parameters<ReturnType<typeof recordsOf>['listEngagements']>[0], number]>([
    ['context types', { ContextTypes: ['Lead', 'ProspectingResult'] }, 3],
    ['excluded context types', { ExcludeContextTypes: ['CustomerProject'] }, 2],
    ['creator', { CreatedBy: ['123456789012'] }, 6],
    ['excluded creator', { ExcludeCreatedBy: ['123456789012'] }, 3],
    [
      'identifier, and leaves out refused reads',
      {
        EngagementIdentifier: ['eng-leadqualified1', 'eng-zzzzzzzzzzzzzz', 'eng-leadnotjoined1', 'eng-notfound000001'],
      },
      2,
    ],
  ])('the list filters by %s', async (_, query, count) => {
    const { listEngagements } = recordsOf(await createPartner());
    expect((await listEngagements(query)).EngagementSummaryList).toHaveLength(count);
  });

  test('each item has the members of a summary', async () => {
    const { EngagementSummaryList: [summary] = [] } = await recordsOf(await createPartner()).listEngagements({
      EngagementIdentifier: ['eng-fivecontexts01'],
    });
    expect(summary).toMatchObject({
      Id: 'eng-fivecontexts01',
      ContextTypes: ['Lead', 'ProspectingResult', 'CustomerProject'],
      MemberCount: 2,
    });
    expect(summary).not.toHaveProperty('Contexts');
  });
});

describe('a task that converts a lead', () => {
  test('the task adds a context and a draft, which can be read, listed, completed and submitted', async () => {
    const partner = await createPartner();
    const { getEngagement, getOpportunity, listOpportunities, listAssociations, complete } = recordsOf(partner);
    await partner.startOpportunity('eng-leadqualified1', 'token');
    const draft = partner.simulator.tasks()[0]?.ids.OpportunityId ?? '';
    expect(nameOf(await failureOf(getOpportunity(draft)))).toBe('ResourceNotFoundException');
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(14);

    await partner.clock.advance(3000);
    expect(await partner.startOpportunity('eng-leadqualified1', 'token')).toMatchObject({
      TaskStatus: 'COMPLETE',
      ContextId: '2',
      OpportunityId: draft,
    });
    const { Contexts: [lead, project] = [], ModifiedAt } = await getEngagement('eng-leadqualified1');
    expect([lead?.Type, project?.Type, project?.Id, ModifiedAt]).toEqual([
      'Lead',
      'CustomerProject',
      '2',
      new Date(partner.clock.now()),
    ]);
    expect(await getOpportunity(draft)).toMatchObject({
      Customer: { Account: { CompanyName: lead?.Payload?.Lead?.Customer?.CompanyName } },
      Project: { Title: 'Converted from Lead' },
      LifeCycle: { ReviewStatus: 'Pending Submission', TargetCloseDate: '2026-04-01' },
    });
    expect((await listOpportunities()).OpportunitySummaries?.[0]).toMatchObject({ Id: draft });
    expect(
      (await listAssociations({ EngagementIdentifier: 'eng-leadqualified1' })).EngagementResourceAssociationSummaries,
    ).toMatchObject([{ ResourceId: draft }]);

    const submit = (token: string) => runToEnd(partner, () => partner.startEngagement(draft, token));
    expect(await submit('too early')).toMatchObject(failed('OpportunityValidationFailed'));
    await complete(draft);
    expect(await submit('in time')).toMatchObject({ TaskStatus: 'COMPLETE', EngagementId: 'eng-leadqualified1' });
  });

  test.each([
    ['a lead that is disqualified', 'eng-leaddisqualif1', '1', 'DisqualifiedLeadNotPermitted'],
    ['a missing context', 'eng-leadqualified1', '9', 'ContextNotFound'],
    ['a customer project', 'eng-project5000009', '1', 'CustomerProjectContextNotPermitted'],
    ['a prospecting result', 'eng-fivecontexts01', '2', 'EngagementValidationFailed'],
    ['an engagement with five contexts', 'eng-fivecontexts01', '1', 'ServiceQuotaExceeded'],
    ['an engagement without membership', 'eng-leadnotjoined1', '1', 'EngagementAccessDenied'],
  ])('the task fails for %s', async (_, id, context, reasonCode) => {
    const partner = await createPartner();
    expect(await convert(partner, id, context)).toMatchObject(failed(reasonCode));
    expect((await recordsOf(partner).listOpportunities()).OpportunitySummaries).toHaveLength(14);
  });

  test('the task completes once the lead is qualified', async () => {
    const partner = await createPartner();
    await recordsOf(partner).qualify('eng-leaddisqualif1', 'Qualified');
    expect(await convert(partner, 'eng-leaddisqualif1')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });

  test('the task completes once the invitation to the lead is accepted', async () => {
    const partner = await createPartner();
    const { accept, getEngagement, getInvitation } = recordsOf(partner);
    await accept('engi-leadpending01');
    expect(await getInvitation('engi-leadpending01')).toMatchObject({ Status: 'ACCEPTED' });
    expect(await getEngagement('eng-leadnotjoined1')).toMatchObject({ Contexts: [{ Type: 'Lead' }] });
    expect(await convert(partner, 'eng-leadnotjoined1')).toMatchObject({ TaskStatus: 'COMPLETE' });
  });

  test('the limit of contexts counts the contexts of tasks in progress', async () => {
    const partner = await createPartner();
    const contexts: (string | undefined)[] = [];
    for (const token of ['one', 'two', 'three', 'four']) await partner.startOpportunity('eng-leadqualified1', token);
    const last = await convert(partner, 'eng-leadqualified1');
    for (const token of ['one', 'two', 'three', 'four'])
      contexts.push((await partner.startOpportunity('eng-leadqualified1', token)).ContextId);
    expect(contexts).toEqual(['2', '3', '4', '5']);
    expect(last).toMatchObject({
      ...failed('ServiceQuotaExceeded'),
      Message: 'The engagement has 1 of 5 contexts, and tasks in progress add 4.',
    });
    expect((await recordsOf(partner).getEngagement('eng-leadqualified1')).Contexts).toHaveLength(5);
    expect(await convert(partner, 'eng-leadqualified1')).toMatchObject({
      Message: 'The engagement has 5 contexts, which is the limit.',
    });
  });

  test('a context of a task in progress is not found', async () => {
    const partner = await createPartner();
    await partner.startOpportunity('eng-leadqualified1', 'first');
    expect(await convert(partner, 'eng-leadqualified1', '2')).toMatchObject(failed('ContextNotFound'));
    expect(await convert(partner, 'eng-leadqualified1', '2')).toMatchObject(
      failed('CustomerProjectContextNotPermitted'),
    );
  });
});

test('an engagement never has more than five contexts, even if the scenarios of more tasks complete', async () => {
  const partner = await createPartner();
  for (const context of ['1', '2', '3', '4', '5', '6'])
    expect(await convert(partner, 'eng-zzzzzzzzzzzzzz', context)).toMatchObject({ TaskStatus: 'COMPLETE' });
  expect((await recordsOf(partner).getEngagement('eng-zzzzzzzzzzzzzz')).Contexts?.map(({ Id }) => Id)).toEqual([
    '1',
    '2',
    '3',
    '4',
    '5',
  ]);
});

describe('UpdateEngagementContext', () => {
  test('an update changes the status of a lead and the time of the engagement', async () => {
    const partner = await createPartner();
    const { qualify, getEngagement } = recordsOf(partner);
    const updated = await qualify('eng-leadqualified1', 'Talking to legal');
    expect(updated).toMatchObject({
      EngagementId: 'eng-leadqualified1',
      ContextId: '1',
      EngagementLastModifiedAt: new Date(partner.clock.now()),
    });
    const { Contexts, ModifiedAt } = await getEngagement('eng-leadqualified1');
    expect(ModifiedAt).toEqual(updated.EngagementLastModifiedAt);
    expect(Contexts?.[0]?.Payload?.Lead).toMatchObject({
      QualificationStatus: 'Talking to legal',
      Interactions: [{ CustomerAction: 'Asked for a meeting' }],
    });
  });

  test('an update of an engagement that was modified since it was read conflicts', async () => {
    const { qualify } = recordsOf(await createPartner());
    expect(nameOf(await failureOf(qualify('eng-leadqualified1', 'Qualified', new Date(0))))).toBe('ConflictException');
  });

  test('of two updates that read the same state, exactly one wins', async () => {
    const { qualify, getEngagement } = recordsOf(await createPartner());
    const { ModifiedAt } = await getEngagement('eng-leadqualified1');
    const results = await Promise.allSettled(
      ['Qualified', 'Disqualified'].map((status) => qualify('eng-leadqualified1', status, ModifiedAt)),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
  });

  test('an update replaces the lead: absent members are removed, and unknown ones are kept', async () => {
    const { simulator } = await createPartner();
    const engagement = { Catalog: 'Sandbox', Identifier: 'eng-leadqualified1' };
    const modifiedAt = async () => (await rawCall(simulator, 'GetEngagement', engagement))['ModifiedAt'];
    const lead = { Customer: { CompanyName: 'Acme', NewInside: [1] }, NewMember: { deep: true } };
    const replace = async (Lead: RawRecord) =>
      rawCall(simulator, 'UpdateEngagementContext', {
        Catalog: 'Sandbox',
        EngagementIdentifier: 'eng-leadqualified1',
        EngagementLastModifiedAt: await modifiedAt(),
        ContextIdentifier: '1',
        Type: 'Lead',
        Payload: { Lead },
      });
    await replace(lead);
    const after = await rawCall(simulator, 'GetEngagement', engagement);
    expect(after).toMatchObject({
      Contexts: [{ Payload: { Lead: { ...lead, Interactions: [{ CustomerAction: 'Asked for a meeting' }] } } }],
    });
    expect(JSON.stringify(after)).not.toMatch(/QualificationStatus|LeadReadinessScore|MarketSegment/);
  });

  test('an update with another type than the context is refused', async () => {
    const { qualify } = recordsOf(await createPartner());
    expect(await failureOf(qualify('eng-project5000009', 'Qualified'))).toMatchObject({
      name: 'ValidationException',
      ErrorList: [{ FieldName: 'payload' }],
    });
  });

  test('an update spends the quota of writes', async () => {
    const { qualify } = recordsOf(await createPartner({ writesPerDay: 1 }));
    await qualify('eng-leadqualified1', 'Qualified');
    expect(nameOf(await failureOf(qualify('eng-leadqualified1', 'Qualified')))).toBe('ThrottlingException');
  });
});
