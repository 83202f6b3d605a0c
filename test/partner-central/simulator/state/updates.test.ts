import { describe, expect, test } from '@jest/globals';
import { UpdateOpportunityCommand } from '@aws-sdk/client-partnercentral-selling';
import { SECOND } from '../../../../src/runtime/clock.js';
import { isRecord } from '../../../../src/runtime/guards.js';
import { type RawRecord, rawOpportunity, rawUpdate } from '../../../support/aws/raw-calls.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';
import { temporaryDirectory } from '../../../support/harness/directory.js';

describe('UpdateOpportunity', () => {
  test('an update replaces the whole object, and absent members are removed', async () => {
    const partner = await createPartner();
    const { getOpportunity } = recordsOf(partner);
    const { LastModifiedDate, LifeCycle, CreatedDate } = await getOpportunity('O5000001');
    const updated = await partner.client.send(
      new UpdateOpportunityCommand({
        Catalog: 'Sandbox',
        Identifier: 'O5000001',
        LastModifiedDate,
        LifeCycle,
        Project: { Title: 'Routes' },
      }),
    );
    expect(updated).toMatchObject({ Id: 'O5000001', LastModifiedDate: new Date(partner.clock.now()) });
    const after = await getOpportunity('O5000001');
    expect(after).toMatchObject({
      Project: { Title: 'Routes' },
      LifeCycle,
      CreatedDate,
      LastModifiedDate: updated.LastModifiedDate,
    });
    expect(after.RelatedEntityIdentifiers?.Solutions).toHaveLength(1);
    for (const member of ['Customer', 'Marketing', 'PartnerOpportunityIdentifier', 'PrimaryNeedsFromAws'] as const)
      expect(after[member]).toBeUndefined();
    expect(after.Project?.SalesActivities).toBeUndefined();
  });

  test('an update of an opportunity that was modified since it was read conflicts', async () => {
    const { update, getOpportunity } = recordsOf(await createPartner());
    const { LastModifiedDate } = await getOpportunity('O5000001');
    await update('O5000001', () => ({ OpportunityType: 'Expansion' }));
    expect(
      nameOf(await failureOf(update('O5000001', () => ({ LastModifiedDate, OpportunityType: 'Flat Renewal' })))),
    ).toBe('ConflictException');
    expect(await getOpportunity('O5000001')).toMatchObject({ OpportunityType: 'Expansion' });
  });

  test.each([
    ['AWS', 'Pending Submission'],
    ['Sandbox', undefined],
  ] as const)('an update without a review status leaves, in catalog %s, the status %s', async (catalog, status) => {
    const { update, getOpportunity } = recordsOf(await createPartner(), catalog);
    await update('O5000001', ({ LifeCycle }) => ({ LifeCycle: { ...LifeCycle, ReviewStatus: undefined } }));
    expect((await getOpportunity('O5000001')).LifeCycle?.ReviewStatus).toBe(status);
    await update('O5000001', () => ({ LifeCycle: undefined }));
    expect((await getOpportunity('O5000001')).LifeCycle?.ReviewStatus).toBe(status);
  });

  test('an opportunity without a review status cannot be submitted in the Sandbox', async () => {
    const partner = await createPartner();
    await recordsOf(partner).update('O5000001', ({ LifeCycle }) => ({
      LifeCycle: { ...LifeCycle, ReviewStatus: undefined },
    }));
    expect(await runToEnd(partner, () => partner.startEngagement('O5000001', 'token'))).toMatchObject({
      ReasonCode: 'OpportunityValidationFailed',
      Message: 'ACTION_NOT_PERMITTED lifeCycle.reviewStatus:You cannot perform Submit action',
    });
  });

  test('an update that adds the partner identifier sets the review status', async () => {
    const { update, getOpportunity } = recordsOf(await createPartner(), 'AWS');
    await update('O5000006', () => ({ OpportunityType: 'Expansion' }));
    expect((await getOpportunity('O5000006')).LifeCycle?.ReviewStatus).toBeUndefined();
    await update('O5000006', () => ({ PartnerOpportunityIdentifier: 'CRM-6' }));
    expect((await getOpportunity('O5000006')).LifeCycle?.ReviewStatus).toBe('Pending Submission');
  });

  test.each(['AWS', 'Sandbox'] as const)(
    'an update of an opportunity in Action Required restarts the review, in catalog %s',
    async (catalog) => {
      const partner = await createPartner();
      const { update, getOpportunity } = recordsOf(partner, catalog);
      expect(await getOpportunity('O5000010')).toMatchObject({
        LifeCycle: { ReviewStatus: 'Action Required', ReviewComments: expect.any(String) },
      });
      // The Sandbox requires the status again.
      const ReviewStatus = catalog === 'AWS' ? undefined : 'Action Required';
      await update('O5000010', ({ Project, LifeCycle }) => ({
        Project: { ...Project, CustomerBusinessProblem: 'Research data is kept on single disks, which fail often.' },
        LifeCycle: { ...LifeCycle, ReviewStatus },
      }));
      const seen: (string | undefined)[] = [];
      for (const seconds of [0, 10, 30]) {
        await partner.clock.advance(seconds * SECOND);
        seen.push((await getOpportunity('O5000010')).LifeCycle?.ReviewStatus);
      }
      expect(seen).toEqual(['Submitted', 'In review', 'Approved']);
    },
  );

  test.each(['O5000007', 'O5000008'])('an update during the review is refused: %s', async (id) => {
    for (const catalog of ['AWS', 'Sandbox'] as const) {
      const { update } = recordsOf(await createPartner(), catalog);
      expect(await failureOf(update(id, () => ({ OpportunityType: 'Expansion' })))).toMatchObject({
        name: 'ValidationException',
        Reason: 'BUSINESS_VALIDATION_FAILED',
        ErrorList: [{ Code: 'ACTION_NOT_PERMITTED' }],
      });
    }
  });

  test('an update in the Sandbox sets the result of the review, which then stays', async () => {
    const partner = await createPartner();
    const { update, getOpportunity } = recordsOf(partner);
    await runToEnd(partner, () => partner.startEngagement('O5000001', 'token'));
    await partner.clock.advance(11 * SECOND);
    await update('O5000001', ({ LifeCycle }) => ({
      LifeCycle: { ...LifeCycle, ReviewStatus: 'Action Required', ReviewComments: 'Which region?' },
    }));
    await partner.clock.advance(60 * SECOND);
    expect(await getOpportunity('O5000001')).toMatchObject({
      LifeCycle: { ReviewStatus: 'Action Required', ReviewComments: 'Which region?' },
    });
  });

  test('a wrong update names every wrong field', async () => {
    const { update } = recordsOf(await createPartner());
    const error = await failureOf(
      update('O5000001', () => ({
        PartnerOpportunityIdentifier: 'x'.repeat(65),
        // @ts-expect-error the model knows no such value
        NationalSecurity: 'Perhaps',
        Project: { CustomerBusinessProblem: 'too short', SalesActivities: ['SOW Signed'] },
        LifeCycle: { TargetCloseDate: '31.12.2026' },
      })),
    );
    expect(error).toMatchObject({
      Reason: 'REQUEST_VALIDATION_FAILED',
      ErrorList: [
        'nationalSecurity',
        'partnerOpportunityIdentifier',
        'project.customerBusinessProblem',
        'lifeCycle.targetCloseDate',
      ].map((FieldName) => ({ FieldName })),
    });
  });

  test('any opportunity can be updated, except a missing one', async () => {
    const { update, getOpportunity } = recordsOf(await createPartner());
    await update('O77', () => ({ OpportunityType: 'Expansion' }));
    expect(await getOpportunity('O77')).toMatchObject({ OpportunityType: 'Expansion' });
    expect(nameOf(await failureOf(update('O3000006', () => ({}))))).toBe('ResourceNotFoundException');
  });
});

describe('the lock of UpdateOpportunity', () => {
  test('of two updates in one millisecond that read the same state, exactly one wins', async () => {
    const { update, getOpportunity } = recordsOf(await createPartner());
    const { LastModifiedDate } = await getOpportunity('O5000001');
    const results = await Promise.allSettled(
      (['Expansion', 'Flat Renewal'] as const).map((OpportunityType) =>
        update('O5000001', () => ({ LastModifiedDate, OpportunityType })),
      ),
    );
    expect(results.map(({ status }) => status).toSorted()).toEqual(['fulfilled', 'rejected']);
    expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
      reason: { name: 'ConflictException', message: 'Conflicting error, last modified date is not the latest' },
    });
  });

  test('every update moves the date, even in one millisecond', async () => {
    const { update } = recordsOf(await createPartner());
    const dates = new Set<number | undefined>();
    for (let turn = 0; turn < 5; turn++)
      dates.add((await update('O5000001', () => ({ OpportunityType: 'Expansion' }))).LastModifiedDate?.getTime());
    expect(dates.size).toBe(5);
  });
});

describe('the review status', () => {
  test('an opportunity that lost its review status never has one again', async () => {
    const partner = await createPartner();
    const { update, getOpportunity } = recordsOf(partner);
    const withStatus = (ReviewStatus: 'Pending Submission' | 'Approved' | undefined) =>
      update('O5000001', ({ LifeCycle }) => ({ LifeCycle: { ...LifeCycle, ReviewStatus } }));
    await withStatus(undefined);
    for (const status of ['Pending Submission', 'Approved'] as const) {
      await withStatus(status);
      expect((await getOpportunity('O5000001')).LifeCycle?.ReviewStatus).toBeUndefined();
    }
    expect(await runToEnd(partner, () => partner.startEngagement('O5000001', 'token'))).toMatchObject({
      ReasonCode: 'OpportunityValidationFailed',
    });
  });

  test('an opportunity that never had a status gets one with its partner identifier, in the Sandbox too', async () => {
    const partner = await createPartner();
    const { update } = recordsOf(partner);
    await update('O5000006', () => ({ PartnerOpportunityIdentifier: 'CRM-6' }));
    expect(await runToEnd(partner, () => partner.startEngagement('O5000006', 'token'))).toMatchObject({
      TaskStatus: 'COMPLETE',
    });
  });
});

describe('members that the SDK does not know', () => {
  const NEW = { 'a member': { of: ['AWS', null, { Time: 1 }] } };
  const added = (before: RawRecord): RawRecord => {
    const { Project, Customer, LifeCycle } = before;
    if (!isRecord(Project) || !isRecord(Customer) || !isRecord(LifeCycle)) throw new Error('A structure is missing.');
    const [contact] = Array.isArray(Customer['Contacts']) ? Customer['Contacts'] : [];
    return {
      NewAtTheTop: NEW,
      NewAndNull: null,
      Project: { ...Project, NewInside: 7 },
      Customer: { ...Customer, Contacts: [{ ...contact, NewInAList: NEW }] },
      LifeCycle: { ...LifeCycle, NewInside: false },
    };
  };

  test('they are kept wherever they are, and lost to an update that leaves them out', async () => {
    const partner = await createPartner({ journal: `${temporaryDirectory()}/journal.jsonl` });
    const { simulator } = partner;
    await rawUpdate(simulator, 'O5000001', added);
    const kept = await rawOpportunity(simulator, 'O5000001');
    expect(kept).toMatchObject({
      NewAtTheTop: NEW,
      Project: { NewInside: 7, Title: 'Route planning in the cloud' },
      Customer: { Contacts: [{ NewInAList: NEW, FirstName: 'Robin' }] },
      LifeCycle: { NewInside: false, ReviewStatus: 'Pending Submission' },
    });
    expect(kept).not.toHaveProperty('NewAndNull');
    await rawUpdate(simulator, 'O5000001', () => ({ OpportunityType: 'Expansion' }));
    expect(await rawOpportunity(simulator, 'O5000001')).toMatchObject({ NewAtTheTop: NEW, Project: { NewInside: 7 } });

    // The SDK neither shows them nor sends them back.
    await recordsOf(partner).update('O5000001', () => ({ OpportunityType: 'Flat Renewal' }));
    const after = await rawOpportunity(simulator, 'O5000001');
    expect(after).toMatchObject({ OpportunityType: 'Flat Renewal' });
    expect(JSON.stringify(after)).not.toContain('New');
  });

  test('what an update may not change, it ignores', async () => {
    const { simulator } = await createPartner();
    const before = await rawOpportunity(simulator, 'O5000001');
    await rawUpdate(simulator, 'O5000001', () => ({
      Id: 'O1',
      Arn: 'arn:other',
      CreatedDate: '2000-01-01T00:00:00Z',
      RelatedEntityIdentifiers: {},
      OpportunityTeam: [{ Email: 'a@b.example' }],
    }));
    const { LastModifiedDate: _later, ...after } = await rawOpportunity(simulator, 'O5000001');
    const { LastModifiedDate: _earlier, ...expected } = before;
    expect(after).toEqual(expected);
  });
});

describe('AssociateOpportunity', () => {
  test('a repeated association is kept once', async () => {
    const { associate, getOpportunity } = recordsOf(await createPartner());
    await associate('O5000002', 'S-0000007');
    await associate('O5000002', 'S-0000007');
    expect((await getOpportunity('O5000002')).RelatedEntityIdentifiers?.Solutions).toEqual(['S-0000007']);
  });

  test('an association spends the quota of writes', async () => {
    const { associate } = recordsOf(await createPartner({ writesPerDay: 1 }));
    await associate('O5000002', 'S-0000007');
    expect(nameOf(await failureOf(associate('O5000002', 'S-0000008')))).toBe('ThrottlingException');
  });
});
