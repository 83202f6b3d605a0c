import { describe, expect, test } from '@jest/globals';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createManualClock } from '../../../support/fakes/manual-clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';
import { temporaryDirectory } from '../../../support/harness/directory.js';

const VISIBLE_MS = 4 * SECOND;

describe('CreateOpportunity', () => {
  test('a created opportunity is Pending Submission and cannot be found for seconds', async () => {
    const partner = await createPartner();
    const { create, getOpportunity, associate, listOpportunities } = recordsOf(partner);
    const created = await create('token', { PartnerOpportunityIdentifier: 'CRM-9', Project: { Title: 'New' } });
    expect(created).toMatchObject({
      Id: expect.stringMatching(/^O[0-9]{10}$/),
      PartnerOpportunityIdentifier: 'CRM-9',
      LastModifiedDate: new Date(partner.clock.now()),
    });
    const { Id = '' } = created;
    await partner.clock.advance(VISIBLE_MS - 1);
    expect(nameOf(await failureOf(getOpportunity(Id)))).toBe('ResourceNotFoundException');
    expect(nameOf(await failureOf(associate(Id, 'S-0000001')))).toBe('ResourceNotFoundException');
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(14);
    expect((await listOpportunities({ Identifier: [Id] })).OpportunitySummaries).toEqual([]);
    await partner.clock.advance(1);
    expect(await getOpportunity(Id)).toMatchObject({
      PartnerOpportunityIdentifier: 'CRM-9',
      CreatedDate: created.LastModifiedDate,
      LastModifiedDate: created.LastModifiedDate,
      Project: { Title: 'New' },
      LifeCycle: { Stage: 'Prospect', ReviewStatus: 'Pending Submission' },
      RelatedEntityIdentifiers: { Solutions: [] },
    });
    expect((await listOpportunities()).OpportunitySummaries?.[0]).toMatchObject({ Id });
    expect((await recordsOf(partner, 'AWS').listOpportunities()).OpportunitySummaries).toHaveLength(14);
  });

  test('a created opportunity is completed, submitted and approved', async () => {
    const partner = await createPartner();
    const { create, complete, getOpportunity } = recordsOf(partner);
    const { Id = '' } = await create('token', { LifeCycle: { TargetCloseDate: '2099-12-31' } });
    await partner.clock.advance(VISIBLE_MS);
    const submit = (token: string) => runToEnd(partner, () => partner.startEngagement(Id, token));
    expect(await submit('too early')).toMatchObject({ ReasonCode: 'OpportunityValidationFailed' });
    await complete(Id);
    expect(await submit('in time')).toMatchObject({ TaskStatus: 'COMPLETE', OpportunityId: Id });
    await partner.clock.advance(40 * SECOND);
    expect((await getOpportunity(Id)).LifeCycle?.ReviewStatus).toBe('Approved');
  });

  test('the same token and body return the same id, also after a restart, and another body conflicts', async () => {
    const clock = createManualClock();
    const journal = `${temporaryDirectory()}/journal.jsonl`;
    const before = await createPartner({ clock, journal });
    const request = { Project: { Title: 'New' } };
    const { $metadata: _one, ...created } = await recordsOf(before).create('token', request);
    await clock.advance(10 * SECOND);
    await before.simulator.close();

    const after = await createPartner({ clock, journal });
    const { create, listOpportunities } = recordsOf(after);
    const { $metadata: _other, ...repeated } = await create('token', request);
    expect(repeated).toEqual(created);
    expect(await failureOf(create('token', { Project: { Title: 'Other' } }))).toMatchObject({
      name: 'ConflictException',
      message: 'Conflicting client token submitted for a new request body.',
    });
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(15);
  });

  test('a token serves one operation: a start with the token of a creation looks accepted without effect', async () => {
    const partner = await createPartner();
    const { create } = recordsOf(partner);
    await create('creation first');
    expect(await partner.startEngagement('O2', 'creation first')).toMatchObject({ TaskStatus: 'IN_PROGRESS' });
    expect(partner.simulator.tasks()).toHaveLength(0);
    await partner.startEngagement('O1', 'task first');
    expect(nameOf(await failureOf(create('task first')))).toBe('ConflictException');
  });

  test('AWS Referral is an origin in the Sandbox only, and needs no submission', async () => {
    const partner = await createPartner();
    const { create, getOpportunity, getAwsSummary } = recordsOf(partner);
    const { Id = '' } = await create('token', { Origin: 'AWS Referral' });
    await partner.clock.advance(VISIBLE_MS);
    expect((await getOpportunity(Id)).LifeCycle?.ReviewStatus).toBe('Approved');
    expect((await getAwsSummary(Id)).Origin).toBe('AWS Referral');
    expect(await failureOf(recordsOf(partner, 'AWS').create('other', { Origin: 'AWS Referral' }))).toMatchObject({
      ErrorList: [{ FieldName: 'origin', Code: 'INVALID_VALUE' }],
    });
  });

  test('a wrong request names every wrong field, and creates nothing', async () => {
    const { create, listOpportunities } = recordsOf(await createPartner({ invisibleMs: 0 }));
    const error = await failureOf(
      create('token', {
        OpportunityTeam: Array.from({ length: 11 }, () => ({ Email: 'a@b.example' })),
        Customer: { Account: { CompanyName: 'Acme', Duns: '1' }, Contacts: [{ Email: 'no address' }] },
        SoftwareRevenue: { Value: { Amount: '', CurrencyCode: 'USD' } },
      }),
    );
    expect(error).toMatchObject({
      Reason: 'REQUEST_VALIDATION_FAILED',
      ErrorList: [
        { FieldName: 'opportunityTeam', Code: 'TOO_MANY_VALUES' },
        { FieldName: 'customer.account.duns', Code: 'INVALID_STRING_FORMAT' },
        { FieldName: 'customer.contacts[0].email', Code: 'INVALID_STRING_FORMAT' },
        { FieldName: 'softwareRevenue.value.amount', Code: 'INVALID_STRING_FORMAT' },
      ],
    });
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(14);
  });

  test('a creation whose answer was lost is found by its repetition', async () => {
    const partner = await createPartner({ invisibleMs: 0 });
    const { create, listOpportunities } = recordsOf(partner);
    partner.simulator.inject({ operation: 'CreateOpportunity', times: 1, fault: { kind: 'reset-after' } });
    await failureOf(create('token'));
    const { Id } = await create('token');
    expect((await listOpportunities()).OpportunitySummaries?.[0]).toMatchObject({ Id });
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(15);
  });

  test('a refused creation leaves its token unused', async () => {
    const partner = await createPartner({ invisibleMs: 0 });
    const { create, listOpportunities } = recordsOf(partner);
    for (const name of ['InternalServerException', 'ThrottlingException']) {
      partner.simulator.inject({ operation: 'CreateOpportunity', times: 1, fault: { kind: 'error', name } });
      expect(nameOf(await failureOf(create('token')))).toBe(name);
    }
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(14);
    await create('token', { Project: { Title: 'Other' } });
    expect((await listOpportunities()).OpportunitySummaries).toHaveLength(15);
  });
});
