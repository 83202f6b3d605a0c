/** Opportunities that are not ready are corrected without any other tool: every step is a document of schema/operations. */
import { expect, test } from '@jest/globals';
import { startGateway } from '../../support/harness/gateway.js';
import { CATALOG, REVIEWED, publishedSeller, submission, writesOf } from '../../support/clients/published-seller.js';
import { rulesOf } from '../../support/clients/seller.js';

const UNSUBMITTED = [null, 'PENDING_SUBMISSION'];

test('opportunities that are not ready are found, corrected and submitted', async () => {
  const gateway = await startGateway({}, { speed: 20 });
  const { run, edit, task, worklist, obstacles, reviewStatusAfter } = publishedSeller(gateway);

  const isDue = ({ submissionVerdict, lifeCycle }: any) =>
    submissionVerdict === 'BLOCKED' && UNSUBMITTED.includes(lifeCycle.reviewStatus);
  const due = (await worklist()).filter(isDue);
  expect(
    Object.fromEntries(due.map(({ id, submissionReadiness }) => [id, rulesOf(submissionReadiness, 'FAILED')])),
  ).toEqual({
    O5000002: ['SOLUTION_ASSOCIATED'],
    O5000003: ['SALES_ACTIVITIES_PRESENT'],
    O5000004: ['TARGET_CLOSE_DATE_IN_FUTURE'],
    O5000005: ['STATE_OR_REGION_VALID'],
    O5000006: ['REVIEW_STATUS_PRESENT'],
  });

  const [solution] = (await run('solution-picker', { catalog: CATALOG })).solutions.nodes;
  const association = { relatedEntityType: 'SOLUTIONS', relatedEntityIdentifier: solution.id };
  await edit('associate-opportunity', { identifier: 'O5000002', ...association });
  const patches = {
    O5000003: { project: { salesActivities: ['Customer has shown interest in solution'] } },
    O5000004: { lifeCycle: { targetCloseDate: '2099-12-31' } },
    O5000005: { customer: { account: { address: { stateOrRegion: 'Arizona' } } } },
    // AWS gives the first review status to an opportunity with the identifier of a CRM.
    O5000006: { partnerOpportunityIdentifier: 'CRM-0006' },
  };
  for (const [identifier, patch] of Object.entries(patches)) {
    const seen = due.find(({ id }) => id === identifier);
    const { changed } = await edit('update-opportunity', {
      identifier,
      patch,
      expectedModifiedAt: seen.lastModifiedAt,
    });
    expect(changed).toHaveLength(1);
  }
  expect((await worklist()).filter(isDue)).toEqual([]);

  for (const { id } of due) {
    expect(await obstacles(id)).toEqual([]);
    const submitted = await task('start-engagement-from-opportunity-task', submission(id));
    expect(submitted.status).toBe('COMPLETE');
    expect(await reviewStatusAfter(submitted)).toMatch(REVIEWED);
  }
  expect(writesOf(gateway)).toEqual([
    'AssociateOpportunity',
    ...Object.keys(patches).map(() => 'UpdateOpportunity'),
    ...due.map(() => 'StartEngagementFromOpportunityTask'),
  ]);
});
