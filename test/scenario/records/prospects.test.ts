/** AWS's findings about prospects, in contexts and in invitations. */
import { expect, test } from '@jest/globals';
import { startGateway } from '../../support/harness/gateway.js';
import { ask } from '../../support/clients/seller.js';

test('what AWS knows about the prospect of a lead is shown before and after the invitation is accepted', async () => {
  const gateway = await startGateway();
  const query = `{
    engagementInvitation(catalog: SANDBOX, identifier: "engi-leadpending01") {
      existingMembers { companyName websiteUrl }
      enrichmentContext { leadReadinessScore prospect { customer { accountName countryCode eligiblePrograms } insights { solutionScore } } }
    }
    engagement(catalog: SANDBOX, identifier: "eng-fivecontexts01") {
      contexts { type prospectingResult { customer { accountName segment } insights { marketplaceEngagementScore } startedAt endedAt taskId taskName } }
    }
  }`;
  const { engagementInvitation, engagement } = await ask(gateway, query);
  expect(engagementInvitation).toEqual({
    existingMembers: [{ companyName: 'AWS', websiteUrl: 'https://www.example.com' }],
    enrichmentContext: {
      leadReadinessScore: 'High',
      prospect: {
        customer: {
          accountName: expect.any(String),
          countryCode: expect.any(String),
          eligiblePrograms: ['Greenfield'],
        },
        insights: { solutionScore: 'High' },
      },
    },
  });
  expect(engagement.contexts.filter(({ prospectingResult }: any) => prospectingResult !== null)).toEqual([
    {
      type: 'PROSPECTING_RESULT',
      prospectingResult: {
        customer: { accountName: expect.any(String), segment: 'SMB' },
        insights: { marketplaceEngagementScore: 'Medium' },
        startedAt: '2025-11-03T13:00:00.000Z',
        endedAt: '2025-11-03T13:05:00.000Z',
        taskId: expect.stringMatching(/^task-[0-9a-z]{14}$/),
        taskName: 'Autumn prospects',
      },
    },
  ]);
});
