import { describe, expect, test } from '@jest/globals';
import { identifierOf } from '../../src/partner-central/identifiers.js';
import { answerOf, isAbout, pageOf } from '../../src/partner-central/task-operations.js';
import { answerWith, fromEngagement, fromInvitation, fromOpportunity } from '../support/harness/task-harness.js';

describe('an answer about a task', () => {
  test.each([
    ['no members', {}],
    ['empty texts', { TaskId: '', TaskStatus: '', Message: '' }],
    ['the text "null"', { TaskId: 'null', ReasonCode: 'null', Message: 'null' }],
    ['an invalid time', { StartTime: new Date(Number.NaN) }],
  ])('an answer with %s means IN_PROGRESS, with all other members null', (_, raw) => {
    expect(answerOf(raw)).toEqual(answerWith());
  });

  test.each([undefined, '', 'null'])('the token %j ends the pages', (NextToken) => {
    expect(pageOf({ TaskSummaries: undefined, NextToken })).toEqual({ answers: [], nextToken: null });
  });

  test('an answer is about a start with the same opportunity or engagement, by id or by ARN', () => {
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-completes00001';
    expect(isAbout(answerWith({ opportunityId: 'O1000001' }), fromOpportunity())).toBe(true);
    expect(isAbout(answerWith({ opportunityId: 'O10000011' }), fromOpportunity())).toBe(false);
    expect(isAbout(answerWith({ engagementId: 'O1000001' }), fromOpportunity())).toBe(false);
    expect(isAbout(answerWith(), fromOpportunity())).toBe(false);
    for (const engagementId of ['eng-completes00001', arn]) {
      expect(isAbout(answerWith({ engagementId }), fromEngagement())).toBe(true);
      expect(isAbout(answerWith({ engagementId }), fromEngagement({ identifier: arn }))).toBe(true);
      expect(isAbout(answerWith({ engagementId }), fromEngagement({ identifier: 'eng-completes00002' }))).toBe(false);
    }
  });

  test('an answer is about a start with the same invitation, by id or by ARN', () => {
    const arn = 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement-invitation/engi-completes0001';
    for (const engagementInvitationId of ['engi-completes0001', arn]) {
      expect(isAbout(answerWith({ engagementInvitationId }), fromInvitation())).toBe(true);
      expect(isAbout(answerWith({ engagementInvitationId }), fromInvitation({ identifier: arn }))).toBe(true);
      expect(
        isAbout(answerWith({ engagementInvitationId }), fromInvitation({ identifier: 'engi-completes0002' })),
      ).toBe(false);
    }
    expect(isAbout(answerWith({ engagementId: 'engi-completes0001' }), fromInvitation())).toBe(false);
  });

  test.each([
    ['O1', 'O1'],
    ['eng-1', 'eng-1'],
    ['arn:aws:partnercentral:us-east-1::catalog/Sandbox/engagement/eng-1', 'eng-1'],
    ['arn:x', 'arn:x'],
  ])('the identifier of %s is %s', (identifier, bare) => {
    expect(identifierOf(identifier)).toBe(bare);
  });
});
