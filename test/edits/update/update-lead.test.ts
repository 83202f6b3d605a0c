/** The whole payload of an edited lead, and the engagement that the edit returns. */
import { expect, test } from '@jest/globals';
import { openDatabase } from '../../../src/db/open.js';
import { createEditService } from '../../../src/edits/edit-service.js';
import { systemClock } from '../../../src/runtime/clock.js';
import { ok, openAwsStub, type Question } from '../../support/fakes/aws-stub.js';
import { closeLater, createStrictTelemetry } from '../../support/harness/task-harness.js';

const ID = 'eng-00000000000001';
const LEAD = {
  QualificationStatus: 'New',
  Customer: { CompanyName: 'A company', NewMember: 1.5 },
  Interactions: [{ Contact: { Email: 'a@b.co' } }],
  Insights: { LeadReadinessScore: 'High' },
  NewMember: [{ a: null }],
};
const ENGAGEMENT = {
  Id: ID,
  Title: 'A title',
  CreatedAt: '2025-01-01T00:00:00Z',
  ModifiedAt: '2026-01-01T00:00:00.123456Z',
  Contexts: [
    { Id: '1', Type: 'CustomerProject', Payload: { CustomerProject: {} } },
    { Id: '2', Type: 'Lead', Payload: { Lead: LEAD } },
  ],
};

async function openEdits(engagement: object = ENGAGEMENT) {
  const updates: Question[] = [];
  const telemetry = createStrictTelemetry();
  const stub = await openAwsStub(
    {
      GetEngagement: () => ok(engagement),
      UpdateEngagementContext(question) {
        updates.push(question);
        return ok({ EngagementId: ID, EngagementLastModifiedAt: '2026-01-01T00:00:01Z', ContextId: '2' });
      },
    },
    { clock: systemClock, telemetry },
  );
  const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
  closeLater(() => db.close());
  const plenty = { perSecond: Infinity, perDay: 1_000_000 };
  const edits = createEditService({
    db,
    partnerCentral: stub.partnerCentral,
    limits: { reads: plenty, writes: plenty },
    waitMs: 8000,
    clock: systemClock,
    telemetry,
    forget() {},
    audit() {},
  });
  const update = (contextIdentifier: string) =>
    edits.updateLead(null, {
      catalog: 'SANDBOX',
      identifier: ID,
      contextIdentifier,
      patch: { qualificationStatus: 'Qualified' },
      expectedModifiedAt: null,
    });
  return { updates, update };
}

test('the payload has every member but the interactions, with unknown members and the exact time of the last change', async () => {
  const { updates, update } = await openEdits();
  expect(await update('2')).toMatchObject({ type: 'done', changed: ['qualificationStatus'] });
  const { Interactions: _interactions, ...sent } = LEAD;
  expect(updates).toEqual([
    {
      Catalog: 'Sandbox',
      EngagementIdentifier: ID,
      ContextIdentifier: '2',
      EngagementLastModifiedAt: '2026-01-01T00:00:00.123456Z',
      Type: 'Lead',
      Payload: { Lead: { ...sent, QualificationStatus: 'Qualified' } },
    },
  ]);
});

test('while AWS shows the old state, the engagement has the lead that was sent', async () => {
  const { update } = await openEdits();
  const outcome = await update('2');
  expect(outcome).toMatchObject({
    record: {
      id: ID,
      createdAt: Date.UTC(2025, 0, 1),
      modifiedAt: Date.UTC(2026, 0, 1, 0, 0, 1),
      contexts: [
        { id: '1', type: 'CUSTOMER_PROJECT' },
        {
          id: '2',
          type: 'LEAD',
          lead: {
            qualificationStatus: 'Qualified',
            interactions: [{ contact: { email: 'a@b.co' } }],
            leadReadinessScore: 'High',
          },
        },
      ],
    },
  });
});

test.each([
  ['1', 'INVALID_INPUT'],
  ['3', 'NOT_FOUND'],
])('a context without a lead is not edited: %s', async (context, code) => {
  const { updates, update } = await openEdits();
  expect(await update(context)).toMatchObject({ errors: [{ code, path: ['contextIdentifier'] }] });
  expect(updates).toEqual([]);
});

test('an engagement without a time of its last change is not edited', async () => {
  const { ModifiedAt: _modifiedAt, ...engagement } = ENGAGEMENT;
  const { updates, update } = await openEdits(engagement);
  expect(await update('2')).toMatchObject({ errors: [{ code: 'UPSTREAM_FAILED' }] });
  expect(updates).toEqual([]);
});
