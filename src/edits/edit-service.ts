/** Combines quota, merging and the log into the edits that `Edits` promises. */
import type { PartnerCentral } from '../partner-central/client.js';
import type { QuotaLimits } from '../partner-central/quota/quota.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Database } from '../db/database.js';
import { createQuotaRead } from '../records/quota-read.js';
import type { Clock } from '../runtime/clock.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { EditContext, EditEntry, EditName, EditOutcome, Edits } from './edits.js';
import { acceptEngagementInvitation, rejectEngagementInvitation } from './answer-invitation.js';
import { assignOpportunity } from './assign-opportunity.js';
import { associateOpportunity, disassociateOpportunity } from './associate-opportunity.js';
import { createOpportunity } from './create-opportunity.js';
import { createQuotaWrite } from './quota-write.js';
import { keepKnownOutcome } from './known-outcome.js';
import { createLatestChanges } from './latest-changes.js';
import { createRunEdit, loggedId } from './run-edit.js';
import { createRecordTurns } from './update/record-turns.js';
import { updateLead } from './update/update-lead.js';
import { updateOpportunity } from './update/update-opportunity.js';

export type EditServiceOptions = {
  readonly db: Database;
  readonly partnerCentral: PartnerCentral;
  readonly limits: { readonly reads: QuotaLimits; readonly writes: QuotaLimits };
  /** START_WAIT_MS. */
  readonly waitMs: number;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
  /** Writes one line to the log for each edit. */
  readonly audit: (entry: EditEntry) => void;
};

export function createEditService(options: EditServiceOptions): Edits {
  const { limits, waitMs, audit, ...shared } = options;
  const { db, clock } = shared;
  const read = createQuotaRead({ ...shared, limits: limits.reads });
  const turns = createRecordTurns();
  const latest: EditContext['latest'] = {
    opportunities: createLatestChanges(clock),
    invitations: createLatestChanges(clock),
    versions: createLatestChanges(clock),
  };
  const runEdit = createRunEdit({
    db,
    write: createQuotaWrite({ ...shared, limits: limits.writes, waitMs }),
    clock,
    audit,
  });

  function framed<Input extends { readonly catalog: Catalog; readonly identifier?: string }, T>(
    operation: EditName,
    edit: (context: EditContext, subject: string | null, input: Input) => Promise<EditOutcome<T>>,
    newIdsOf?: (record: T) => readonly string[],
  ) {
    return (subject: string | null, input: Input): Promise<EditOutcome<T>> => {
      const { catalog, identifier = null } = input;
      const work = (write: EditContext['write']) =>
        edit({ ...keepKnownOutcome({ read, write }), turns, latest, clock }, subject, input);
      return runEdit({ operation, subject, catalog, identifier }, work, newIdsOf);
    };
  }

  return {
    updateOpportunity: framed('updateOpportunity', updateOpportunity),
    updateLead: framed('updateLead', updateLead),
    createOpportunity: framed('createOpportunity', createOpportunity, ({ id }) => [id]),
    associateOpportunity: framed('associateOpportunity', associateOpportunity),
    disassociateOpportunity: framed('disassociateOpportunity', disassociateOpportunity),
    assignOpportunity: framed('assignOpportunity', assignOpportunity),
    acceptEngagementInvitation: framed('acceptEngagementInvitation', acceptEngagementInvitation, ({ engagementId }) =>
      engagementId === null ? [] : [engagementId],
    ),
    rejectEngagementInvitation: framed('rejectEngagementInvitation', rejectEngagementInvitation),
    logDenied(operation, subject, { catalog, ...input }, outcome) {
      const identifier = loggedId('identifier' in input ? input.identifier : null);
      audit({ operation, subject, catalog, identifier, changed: [], outcome, durationMs: 0 });
    },
  };
}
