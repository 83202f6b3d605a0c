import { describe, expect, test } from '@jest/globals';
import { UpdateOpportunityCommand } from '@aws-sdk/client-partnercentral-selling';
import { SECOND } from '../../../../src/runtime/clock.js';
import { createPartner, failureOf, nameOf } from '../../../support/aws/simulator-client.js';
import { recordsOf, runToEnd } from '../../../support/aws/simulator-records.js';

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
        Project: { ...Project, AdditionalComments: 'Amazon S3 and AWS Backup' },
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
