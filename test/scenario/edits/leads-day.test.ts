/** A lead becomes a submission without any other tool: every step is a document of schema/operations. */
import { expect, test } from '@jest/globals';
import { startGateway } from '../../support/harness/gateway.js';
import { CATALOG, REVIEWED, publishedSeller, submission, writesOf } from '../../support/clients/published-seller.js';
import { FORGOTTEN_MS, rulesOf } from '../../support/clients/seller.js';
import { clockThatJumps } from '../../support/fakes/clocks.js';

test('a lead is accepted, qualified, converted, completed and submitted', async () => {
  const clock = clockThatJumps();
  const gateway = await startGateway({}, { speed: 20 }, { clock });
  const { run, edit, task, obstacles, form, reviewStatusAfter } = publishedSeller(gateway);

  const filter = { payloadTypes: ['LEAD_INVITATION'], statuses: ['PENDING'] };
  const [invitation] = (await run('invitation-inbox', { catalog: CATALOG, filter })).engagementInvitations.nodes;
  const accepted = await edit('accept-engagement-invitation', { identifier: invitation.id });
  expect(accepted.engagementInvitation).toMatchObject({ status: 'ACCEPTED' });

  const engagementId: string = invitation.engagementId;
  const leadOf = async () =>
    (await run('lead-readiness', { catalog: CATALOG, identifier: engagementId })).engagement.contexts[0];
  const { identifier: contextIdentifier, lead } = await leadOf();
  expect(lead.qualificationStatus).toBe('Unqualified');
  await edit('update-lead', {
    identifier: engagementId,
    contextIdentifier,
    patch: { qualificationStatus: 'Qualified' },
  });
  const qualified = await leadOf();
  expect(qualified.lead).toEqual({ ...lead, qualificationStatus: 'Qualified' });
  expect(rulesOf(qualified.conversionReadiness, 'FAILED')).toEqual([]);

  const conversion = { identifier: engagementId, contextIdentifier };
  const { opportunityId, status } = await task('start-opportunity-from-engagement-task', conversion);
  expect(status).toBe('COMPLETE');
  // The look-up before the conversion is remembered for two seconds.
  clock.jump(FORGOTTEN_MS);
  const draft = await form(opportunityId);
  expect(draft).toMatchObject({ project: { title: 'Converted from Lead' }, lifeCycle: { stage: 'PROSPECT' } });
  expect(await obstacles(opportunityId, engagementId)).toEqual(
    expect.arrayContaining(['SOLUTION_ASSOCIATED', 'PRIMARY_NEEDS_PRESENT', 'EXPECTED_CUSTOMER_SPEND_PRESENT']),
  );

  const [solution] = (await run('solution-picker', { catalog: CATALOG })).solutions.nodes;
  await edit('associate-opportunity', {
    identifier: opportunityId,
    relatedEntityType: 'SOLUTIONS',
    relatedEntityIdentifier: solution.id,
  });
  const { opportunity } = await edit('update-opportunity', {
    identifier: opportunityId,
    patch: {
      partnerOpportunityIdentifier: 'CRM-0100',
      primaryNeedsFromAws: ['Co-Sell - Deal Support'],
      customer: { account: { address: { city: 'Portland', postalCode: '97205', stateOrRegion: 'Oregon' } } },
      project: {
        title: 'Route planning',
        customerUseCase: 'Database',
        deliveryModels: ['SaaS or PaaS'],
        salesActivities: ['Initialized discussions with customer'],
        expectedCustomerSpend: [{ amount: '4200.00', currencyCode: 'USD', frequency: 'Monthly', targetCompany: 'AWS' }],
      },
      lifeCycle: { stage: 'QUALIFIED' },
    },
  });
  // The members of the lead that the patch does not name are there as before.
  expect(opportunity).toMatchObject({
    customer: {
      account: { companyName: draft.customer.account.companyName, industry: draft.customer.account.industry },
    },
    project: { customerBusinessProblem: draft.project.customerBusinessProblem },
    marketing: { source: 'None' },
  });
  expect(await obstacles(opportunityId, engagementId)).toEqual([]);

  const submitted = await task('start-engagement-from-opportunity-task', submission(opportunityId));
  expect(submitted).toMatchObject({ status: 'COMPLETE', engagementId });
  expect(await reviewStatusAfter(submitted)).toMatch(REVIEWED);
  expect(writesOf(gateway)).toEqual([
    'AcceptEngagementInvitation',
    'UpdateEngagementContext',
    'StartOpportunityFromEngagementTask',
    'AssociateOpportunity',
    'UpdateOpportunity',
    'StartEngagementFromOpportunityTask',
  ]);
});
