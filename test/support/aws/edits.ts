/** Edits over a real database, with a simulator or a stub of AWS, on a clock that the test moves. */
import { openDatabase } from '../../../src/db/open.js';
import { createEditService } from '../../../src/edits/edit-service.js';
import type { EditEntry } from '../../../src/edits/edits.js';
import type { PartnerCentral } from '../../../src/partner-central/client.js';
import type { OperationName } from '../../../src/partner-central/simulator/protocol/operation.js';
import type { QuotaLimits } from '../../../src/partner-central/quota/quota.js';
import { createRecordService } from '../../../src/records/record-service.js';
import { SECOND } from '../../../src/runtime/clock.js';
import { openAwsStub, type StubAnswers } from '../fakes/aws-stub.js';
import { createManualClock, type ManualClock } from '../fakes/manual-clock.js';
import { closeLater, createStrictTelemetry } from '../harness/task-harness.js';
import { open } from './partner-central.js';

/** A quota without spacing between calls, because a spacing would wait for the manual clock, which stands still. */
const PLENTY: QuotaLimits = { perSecond: Infinity, perDay: 1_000_000 };

/** @param writes the quota of writes */
export async function openEdits(writes: QuotaLimits = PLENTY) {
  const { clock, simulator, partnerCentral } = await open();
  const callsOf = (operation: OperationName) => simulator.calls().filter((call) => call.operation === operation);
  return {
    ...(await editsOver(partnerCentral, clock, writes)),
    clock,
    simulator,
    /** The number of calls of this operation that the simulator received. */
    calls: (operation: OperationName) => callsOf(operation).length,
    /** True once the simulator has processed a call of this operation. */
    isProcessed: (operation: OperationName) => callsOf(operation).some(({ outcome }) => outcome !== 'pending'),
  };
}

/** For answers that the simulator never gives, and for the exact requests. */
export async function openEditsOverStub(answers: StubAnswers, writes: QuotaLimits = PLENTY) {
  const clock = createManualClock();
  const stub = await openAwsStub(answers, { clock });
  return { ...(await editsOver(stub.partnerCentral, clock, writes)), clock, stub };
}

async function editsOver(partnerCentral: PartnerCentral, clock: ManualClock, writes: QuotaLimits) {
  const telemetry = createStrictTelemetry();
  const db = await openDatabase({ dataDir: ':memory:', clock });
  closeLater(() => db.close());
  const recordService = createRecordService({ db, partnerCentral, limits: PLENTY, clock, telemetry });
  const entries: EditEntry[] = [];
  const edits = createEditService({
    db,
    partnerCentral,
    limits: { reads: PLENTY, writes },
    waitMs: 8 * SECOND,
    clock,
    telemetry,
    audit: (entry) => void entries.push(entry),
  });
  return { edits, entries, records: recordService.records, closeDatabase: () => db.close() };
}
