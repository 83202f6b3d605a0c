/** A record source over a real database and a stub of AWS. */
import { openDatabase } from '../../../src/db/open.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { QuotaLimits } from '../../../src/partner-central/quota/quota.js';
import { createRecordService } from '../../../src/records/record-service.js';
import { isRecord } from '../../../src/runtime/guards.js';
import { ok, openAwsStub, type Question, type StubAnswer, type StubAnswers } from '../fakes/aws-stub.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { createManualClock } from '../fakes/manual-clock.js';
import { ENGAGEMENT, OPPORTUNITY } from '../fixtures/raw-records.js';

/** A quota without spacing between calls, because a spacing would wait for the manual clock, which stands still. */
const PLENTY: QuotaLimits = { perSecond: Infinity, perDay: 1_000_000 };

/** @param around wraps the SDK for the records */
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

/** The identifiers in one filter of a request. */
export function namedIn(question: Question, member: string): string[] {
  const values = question[member];
  return Array.isArray(values) ? values.map(String) : [];
}

/** Answers of an AWS that has every opportunity and engagement except the given ones. */
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

/** An answer that the test releases with `give`. */
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

/** The id of a found record, or the type of the result if no record was found. */
export function idOf(found: { readonly type: string; readonly record?: unknown }): unknown {
  return isRecord(found.record) ? found.record['id'] : found.type;
}
