/**
 * The frame of every edit: it logs and counts the edit once, whatever its outcome. The log names the members that
 * changed and has no value of a record or of the input.
 */
import type { Clock } from '../runtime/clock.js';
import { identifierOf } from '../partner-central/identifiers.js';
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Telemetry } from '../runtime/telemetry.js';
import type { EditOutcome } from './edits.js';

export type Edit = {
  /** The mutation. */
  readonly operation:
    | 'createOpportunity'
    | 'updateOpportunity'
    | 'associateOpportunity'
    | 'disassociateOpportunity'
    | 'assignOpportunity'
    | 'updateLead'
    | 'acceptEngagementInvitation'
    | 'rejectEngagementInvitation';
  /** The caller; null without authentication. */
  readonly subject: string | null;
  readonly catalog: Catalog;
  /** The record as the caller named it, by id or ARN; null if the edit creates it. */
  readonly identifier: string | null;
};

/**
 * Call it once for each edit of a caller, around everything: validation, reads, writes and their repetitions.
 * @param idsOf the ids of the records that an outcome created or made visible
 */
export type RunEdit = <T>(
  edit: Edit,
  work: () => Promise<EditOutcome<T>>,
  idsOf?: (record: T) => readonly string[],
) => Promise<EditOutcome<T>>;

export type RunEditOptions = { readonly clock: Clock; readonly telemetry: Telemetry };

/** The ids of AWS. A caller's wrong identifier can be any text, also one of a customer. */
const LOGGED_ID = /^(O[0-9]{1,19}|eng-[0-9a-z]{14}|engi-[0-9a-z]{13})$/u;

export function createRunEdit({ clock, telemetry }: RunEditOptions): RunEdit {
  return async (edit, work, idsOf = () => []) => {
    const startedAt = clock.monotonic();
    const log = (identifier: string | null, changed: readonly string[], outcome: string): void => {
      const { operation, subject, catalog } = edit;
      const durationMs = clock.monotonic() - startedAt;
      telemetry.edited({ operation, subject, catalog, identifier, changed, outcome, durationMs });
    };
    const named = loggedId(edit.identifier);
    try {
      const outcome = await work();
      if (outcome.type === 'refused') log(named, [], outcome.errors[0]?.code ?? 'failed');
      else {
        const id = named ?? loggedId(idsOf(outcome.record)[0] ?? null);
        log(id, outcome.changed, outcome.changed.length === 0 ? 'unchanged' : 'changed');
      }
      return outcome;
    } catch (error) {
      log(named, [], 'failed');
      throw error;
    }
  };
}

function loggedId(identifier: string | null): string | null {
  const id = identifier === null ? '' : identifierOf(identifier);
  return LOGGED_ID.test(id) ? id : null;
}
