/** Combines quota, merging and the log into the edits that `Edits` promises. */
import type { PartnerCentral } from '../partner-central/client.js';
import type { QuotaLimits } from '../partner-central/quota/quota.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Database } from '../db/database.js';
import { createQuotaRead } from '../records/quota-read.js';
import type { Clock } from '../runtime/clock.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { EditContext, EditEntry, EditOutcome, Edits } from './edits.js';
import { acceptEngagementInvitation, rejectEngagementInvitation } from './answer-invitation.js';
import { assignOpportunity } from './assign-opportunity.js';
import { associateOpportunity, disassociateOpportunity } from './associate-opportunity.js';
import { createOpportunity } from './create-opportunity.js';
import { createQuotaWrite } from './quota-write.js';
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
  /** Drops the cached answers about a record. */
  readonly forget: (id: string) => void;
  /** Writes one line to the log for each edit. */
  readonly audit: (entry: EditEntry) => void;
};

export function createEditService(options: EditServiceOptions): Edits {
  const { limits, waitMs, clock, forget, audit, ...shared } = options;
  const context: EditContext = {
    read: createQuotaRead({ ...shared, clock, limits: limits.reads }),
    write: createQuotaWrite({ ...shared, clock, limits: limits.writes, waitMs }),
    turns: createRecordTurns(),
    clock,
    forget,
  };

  /** Gives an edit its entry in the log. */
  function audited<Input extends { readonly catalog: Catalog; readonly identifier?: string }, T>(
    operation: string,
    edit: (context: EditContext, subject: string | null, input: Input) => Promise<EditOutcome<T>>,
  ) {
    return async (subject: string | null, input: Input): Promise<EditOutcome<T>> => {
      const begunAt = clock.monotonic();
      const outcome = await edit(context, subject, input);
      const { catalog, identifier = null } = input;
      const durationMs = clock.monotonic() - begunAt;
      audit({ operation, subject, catalog, identifier, ...resultOf(outcome), durationMs });
      return outcome;
    };
  }

  return {
    updateOpportunity: audited('updateOpportunity', updateOpportunity),
    updateLead: audited('updateLead', updateLead),
    createOpportunity: audited('createOpportunity', createOpportunity),
    associateOpportunity: audited('associateOpportunity', associateOpportunity),
    disassociateOpportunity: audited('disassociateOpportunity', disassociateOpportunity),
    assignOpportunity: audited('assignOpportunity', assignOpportunity),
    acceptEngagementInvitation: audited('acceptEngagementInvitation', acceptEngagementInvitation),
    rejectEngagementInvitation: audited('rejectEngagementInvitation', rejectEngagementInvitation),
  };
}

function resultOf(outcome: EditOutcome<unknown>): Pick<EditEntry, 'changed' | 'outcome'> {
  switch (outcome.type) {
    case 'done':
      return { changed: outcome.changed, outcome: outcome.changed.length > 0 ? 'done' : 'unchanged' };
    case 'refused':
      return { changed: [], outcome: outcome.errors[0]?.code ?? 'UPSTREAM_FAILED' };
    default:
      return outcome satisfies never;
  }
}
