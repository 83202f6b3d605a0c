/** A source of records over a real database and a stub of AWS. */
import { openDatabase } from '../../../src/db/open.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { QuotaLimits } from '../../../src/partner-central/quota/quota.js';
import { createRecordService } from '../../../src/records/record-service.js';
import { isRecord } from '../../../src/runtime/guards.js';
import { ok, openAwsStub, type Question, type StubAnswer, type StubAnswers } from '../fakes/aws-stub.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { createManualClock } from '../fakes/manual-clock.js';
import { ENGAGEMENT, OPPORTUNITY } from '../fixtures/raw-records.js';

/** The manual clock stands still: a spacing would wait for it. */
const PLENTY: QuotaLimits = { perSecond: Infinity, perDay: 1_000_000 };

/** @param around stands between the records and the SDK */
export async function openRecords(
  answers: StubAnswers = {},
  limits: QuotaLimits = PLENTY,
  around = (partnerCentral: PartnerCentral) => partnerCentral,
) {
  const clock = createManualClock();
  const telemetry = createStrictTelemetry();
  const stub = await openAwsStub(answers, { clock, telemetry });
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  const source = createRecordService({ db, partnerCentral: around(stub.partnerCentral), limits, clock, telemetry });
  return { clock, db, stub, source, records: source.records };
}

/** The names that a question asks for in one of its filters. */
export function namedIn(question: Question, member: string): string[] {
  const values = question[member];
  return Array.isArray(values) ? values.map(String) : [];
}

/** AWS knows every opportunity and engagement but those that are named here. */
export function knowsAllBut(...unknown: readonly string[]) {
  const known = (question: Question, member: string) => namedIn(question, member).filter((id) => !unknown.includes(id));
  const one = (question: Question, record: object): StubAnswer => {
    const id = String(question['Identifier']);
    if (unknown.includes(id))
      return { status: 400, body: { __type: 'ResourceNotFoundException', Message: `There is no ${id}.` } };
    return ok({ ...record, Id: id });
  };
  return {
    GetOpportunity: (question: Question) => one(question, OPPORTUNITY),
    ListOpportunities: (question: Question) =>
      ok({ OpportunitySummaries: known(question, 'Identifier').map((Id) => ({ ...OPPORTUNITY, Id })) }),
    GetEngagement: (question: Question) => one(question, { ...ENGAGEMENT, Arn: null }),
    ListEngagements: (question: Question) =>
      ok({ EngagementSummaryList: known(question, 'EngagementIdentifier').map((Id) => ({ Id, Title: 'a title' })) }),
  } satisfies StubAnswers;
}

/** An answer that a test gives when it wants to. */
export function held(answer: StubAnswer): { readonly answer: () => Promise<StubAnswer>; give(): void } {
  let give: () => void = () => {};
  const given = new Promise<void>((resolve) => (give = resolve));
  return {
    answer: async () => {
      await given;
      return answer;
    },
    give: () => give(),
  };
}

/** What a found record is; the test fails when there is none. */
export function idOf(found: { readonly type: string; readonly record?: unknown }): unknown {
  return isRecord(found.record) ? found.record['id'] : found.type;
}
