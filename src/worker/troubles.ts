/** Tracks problems that keep starts from being sent or tasks from being followed, as sentences for the operator. */
import { MINUTE, type Clock } from '../runtime/clock.js';
import { codeOf } from '../db/errors/error-code.js';
import { explainDatabaseError } from '../db/errors/explain.js';
import { isUnavailable } from '../db/errors/unavailable.js';
import type { Unreadable } from '../tasks/store/readable.js';
import type { Telemetry } from '../runtime/telemetry.js';

const PARTS = { submitter: 'Starts cannot be sent', poller: 'Tasks cannot be followed' } as const;
type Part = keyof typeof PARTS;

export type Troubles = {
  /** Tasks that cannot be read. Each is logged once. */
  readonly unreadable: Unreadable;
  /** Records the error of a part's round. The error is shown until the next round that succeeds. */
  failed(part: Part, error: unknown): void;
  succeeded(part: Part): void;
  /** Records damage that a client has met. */
  sawDamage(error: unknown): void;
  /** Clears the errors of the parts, because this process does not lead any more. */
  stopped(): void;
  reasons(): string[];
};

/** An unreadable row is tried again after this time, because an operator may have repaired it. */
const RETRY_MS = MINUTE;
/** Longer than RETRY_MS, so that the reason is shown without gaps while the damage lasts. */
const SHOWN_MS = 2 * MINUTE;

export function createTroubles({ clock, telemetry }: { clock: Clock; telemetry: Telemetry }): Troubles {
  const sentences = new Map<Part, string>();
  /** By position, the time of the last failed read. */
  const failedAt = new Map<number, number>();
  let latest: { readonly at: number; readonly sentence: string } | null = null;

  function sawDamage(error: unknown): void {
    latest = { at: clock.monotonic(), sentence: damageIn(error) };
  }

  return {
    unreadable: {
      positions() {
        const since = clock.monotonic() - RETRY_MS;
        return [...failedAt].filter(([, at]) => at > since).map(([position]) => position);
      },
      add(position, error) {
        if (!failedAt.has(position)) {
          telemetry.unexpected('rows', new Error(`The task at position ${position} cannot be read.`, { cause: error }));
        }
        failedAt.set(position, clock.monotonic());
        sawDamage(error);
      },
    },
    failed(part, error) {
      sentences.set(part, `${PARTS[part]}: ${causeOf(error)}`);
    },
    succeeded(part) {
      sentences.delete(part);
    },
    sawDamage,
    stopped() {
      sentences.clear();
    },
    reasons() {
      const isShown = latest !== null && clock.monotonic() - latest.at < SHOWN_MS;
      return [...sentences.values(), ...(isShown && latest !== null ? [latest.sentence] : [])];
    },
  };
}

function causeOf(error: unknown): string {
  const unknownCause = 'An unexpected error repeats. The log names it.';
  return explainDatabaseError(error) ?? (isUnavailable(error) ? 'The database does not answer.' : unknownCause);
}

function damageIn(error: unknown): string {
  const remedy = 'The log names them. Restore the database from a backup. Other tasks continue until then.';
  return `Tasks cannot be read, because their rows in the database are damaged (${codeOf(error)}). ${remedy}`;
}
