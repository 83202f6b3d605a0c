import { describe, expect, test } from '@jest/globals';
import fc from 'fast-check';
import { recordsNamedBy } from '../../src/partner-central/event.js';

const ARN = 'arn:aws:partnercentral:us-east-1::catalog/AWS';

function event(detail: Record<string, unknown>, more: Record<string, unknown> = {}): unknown {
  return {
    version: '1',
    source: 'aws.partnercentral-selling',
    'detail-type': 'Opportunity Updated',
    detail: { catalog: 'AWS', ...detail },
    ...more,
  };
}

describe('recordsNamedBy', () => {
  test.each<[string, Record<string, unknown>, readonly string[]]>([
    ['Opportunity Updated', { opportunity: { identifier: 'O1', arn: `${ARN}/opportunity/O1` } }, ['O1']],
    [
      'Engagement Invitation Accepted',
      { engagementInvitation: { id: 'engi-1', arn: `${ARN}/engagement-invitation/engi-1`, engagementId: 'eng-1' } },
      ['engi-1', 'eng-1'],
    ],
    [
      'Engagement Resource Snapshot Created',
      { resourceSnapshot: { engagementId: 'eng-1', resourceId: 'O1', resourceType: 'Opportunity' } },
      ['eng-1', 'O1'],
    ],
    [
      'Engagement Created',
      { engagement: { engagementId: 'eng-1', engagementArn: `${ARN}/engagement/eng-1` } },
      ['eng-1'],
    ],
    [
      'Engagement Member Added',
      { engagement: { id: 'eng-1' }, engagementMember: { accountId: '123456789012' } },
      ['eng-1'],
    ],
    ['Engagement Updated, by its ARN alone', { engagement: { engagementArn: `${ARN}/engagement/eng-1` } }, ['eng-1']],
  ])('the event %s concerns the records that it names', (_type, detail, ids) => {
    expect(recordsNamedBy(event(detail))).toEqual({ catalog: 'AWS', ids });
    expect(recordsNamedBy(event({ ...detail, catalog: 'Sandbox' }))).toEqual({ catalog: 'SANDBOX', ids });
  });

  test.each<[string, unknown]>([
    ['is of another source', event({ opportunity: { identifier: 'O1' } }, { source: 'aws.s3' })],
    ['has no catalog', event({ catalog: undefined, opportunity: { identifier: 'O1' } })],
    ['has an unknown catalog', event({ catalog: 'constructor', opportunity: { identifier: 'O1' } })],
    ['names no record', event({})],
    ['names a number', event({ opportunity: { identifier: 7 } })],
    ['names an empty text', event({ opportunity: { identifier: '' } })],
    ['names an ARN without an id', event({ engagement: { engagementArn: `${ARN}/engagement/` } })],
    ['names a text longer than any id', event({ opportunity: { identifier: 'O'.repeat(256) } })],
    ['is a list', ['aws.partnercentral-selling']],
  ])('an event that %s concerns no record', (_what, value) => {
    expect(recordsNamedBy(value)).toBeNull();
  });

  test('any value is read without failure, and yields only texts of bounded length', () => {
    const members = ['opportunity', 'engagementInvitation', 'resourceSnapshot', 'engagement'];
    const names = ['identifier', 'id', 'arn', 'engagementId', 'resourceId', 'engagementArn', '__proto__'];
    const value = fc.oneof(fc.anything(), fc.string(), fc.constant(`${ARN}/opportunity/O1`));
    const detail = fc.dictionary(
      fc.constantFrom(...members),
      fc.oneof(fc.dictionary(fc.constantFrom(...names), value), fc.anything()),
    );
    fc.assert(
      fc.property(
        fc.oneof(
          fc.anything(),
          detail.map((members) => event(members)),
        ),
        (anything) => {
          const named = recordsNamedBy(anything);
          for (const id of named?.ids ?? []) expect(id).toMatch(/^[^]{1,255}$/);
        },
      ),
    );
  });
});
