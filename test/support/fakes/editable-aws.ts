/**
 * An AWS with one opportunity that updates replace under AWS's lock, as AWS does. The test scripts what happens to each
 * update, and what somebody else changes in between.
 */
import { isRecord } from '../../../src/runtime/guards.js';
import { openDatabase } from '../../../src/db/open.js';
import { createEditService } from '../../../src/edits/edit-service.js';
import type { EditEntry } from '../../../src/edits/edits.js';
import type { QuotaLimits } from '../../../src/partner-central/quota/quota.js';
import { systemClock, type Clock } from '../../../src/runtime/clock.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { ok, openAwsStub, refusal, type Question, type StubAnswer } from './aws-stub.js';

type Json = Readonly<Record<string, unknown>>;

/** The course of an update. */
type Fate =
  /** AWS makes it and answers. */
  | 'made'
  /** AWS makes it, and the answer is lost. */
  | 'made, answer lost'
  /** AWS does not make it, and there is no answer. */
  | 'not made, answer lost'
  /** AWS refuses it with this answer. */
  | StubAnswer;

const LOST: StubAnswer = { status: 500, body: { __type: 'InternalServerException', Message: 'Try again.' } };

/** Pauses take no time, and deadlines of calls take theirs. */
const HASTY_CLOCK: Clock = {
  ...systemClock,
  sleep: (ms, signal) => systemClock.sleep(ms <= 2000 ? 0 : ms, signal),
};

const PLENTY: QuotaLimits = { perSecond: Infinity, perDay: 1_000_000 };

export async function openEditableAws(members: Json = {}, writes = PLENTY) {
  let version = 1;
  const timeOf = (count: number) => `2026-01-01T00:00:${String(count).padStart(2, '0')}.123456789Z`;
  let record: Json = {
    Id: 'O1',
    Catalog: 'Sandbox',
    Arn: 'arn:aws:partnercentral:us-east-1::catalog/Sandbox/opportunity/O1',
    CreatedDate: '2025-01-01T00:00:00Z',
    LifeCycle: { ReviewStatus: 'Pending Submission', Stage: 'Prospect' },
    Project: { Title: 'A title' },
    RelatedEntityIdentifiers: { Solutions: ['S-1'] },
    OpportunityTeam: [],
    ...members,
  };
  /** The states that reads show before the present one. */
  const stale: Json[] = [];
  const fates: Fate[] = [];
  const updates: Question[] = [];
  /** Called before each update arrives. */
  let meanwhile: (() => void) | null = null;

  const shown = () => ({ ...record, LastModifiedDate: timeOf(version) });
  function replace(question: Question): void {
    const { Catalog: _catalog, Identifier: _id, LastModifiedDate: _lock, ...rest } = question;
    const { Id, Catalog, Arn, CreatedDate, RelatedEntityIdentifiers, OpportunityTeam } = record;
    record = { ...rest, Id, Catalog, Arn, CreatedDate, RelatedEntityIdentifiers, OpportunityTeam };
    version += 1;
  }
  function update(question: Question): StubAnswer {
    meanwhile?.();
    updates.push(question);
    const fate = fates.shift() ?? 'made';
    if (typeof fate === 'object') return fate;
    if (fate === 'not made, answer lost') return LOST;
    if (question['LastModifiedDate'] !== timeOf(version))
      return refusal('ConflictException', { Message: 'The last modified date is not the latest.' });
    replace(question);
    return fate === 'made' ? ok({ Id: 'O1', LastModifiedDate: timeOf(version) }) : LOST;
  }

  const telemetry = createStrictTelemetry();
  const stub = await openAwsStub(
    { GetOpportunity: () => ok(stale.shift() ?? shown()), UpdateOpportunity: update },
    { clock: HASTY_CLOCK, telemetry },
  );
  const db = await openDatabase({ dataDir: ':memory:', clock: HASTY_CLOCK });
  closeLater(() => db.close());
  const entries: EditEntry[] = [];
  const edits = createEditService({
    db,
    partnerCentral: stub.partnerCentral,
    limits: { reads: PLENTY, writes },
    waitMs: 8000,
    clock: HASTY_CLOCK,
    telemetry,
    audit: (entry) => void entries.push(entry),
  });
  return {
    edits,
    stub,
    fates,
    stale,
    updates,
    entries,
    closeDatabase: () => db.close(),
    record: () => record,
    shown,
    version: () => version,
    /** Somebody else changes members of a structure. */
    change(structure: string, members: Json): void {
      const before = record[structure];
      record = { ...record, [structure]: { ...(isRecord(before) ? before : {}), ...members } };
      version += 1;
    },
    /** Before the next update arrives, and `times` times. */
    before(times: number, work: () => void): void {
      let left = times;
      meanwhile = () => {
        if (left > 0) work();
        left -= 1;
      };
    },
    update: (patch: object, expectedModifiedAt: number | null = null) =>
      edits.updateOpportunity('seller', { catalog: 'SANDBOX', identifier: 'O1', patch, expectedModifiedAt }),
  };
}
