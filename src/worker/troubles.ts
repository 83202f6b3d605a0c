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
  /**
   * Records how a call for a list of tasks ended.
   * @param problem in words, or null after an answer
   * @param detail for the log only
   */
  listed(list: string, problem: string | null, detail?: string): void;
  /** Records damage that a client has met. */
  sawDamage(error: unknown): void;
  /** Clears the errors of the parts, because this process does not lead any more. */
  stopped(): void;
  reasons(): string[];
};

/** An unreadable row is tried again after this time, because an operator may have repaired it. */
const RETRY_MS = MINUTE;
/** Longer than RETRY_MS and the waits between failed calls, so that a reason is shown without gaps while it lasts. */
const SHOWN_MS = 2 * MINUTE;

/** A single call may fail, so a list is shown from this number of failed calls in a row on. */
const FAILED_CALLS_SHOWN = 3;

type FailingList = { readonly count: number; readonly at: number; readonly problem: string };

export function createTroubles({ clock, telemetry }: { clock: Clock; telemetry: Telemetry }): Troubles {
  const sentences = new Map<Part, string>();
  /** By position, the time of the last failed read. */
  const failedAt = new Map<number, number>();
  const failingLists = new Map<string, FailingList>();
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
    listed(list, problem, detail) {
      if (problem === null) return void failingLists.delete(list);
      const count = (failingLists.get(list)?.count ?? 0) + 1;
      failingLists.set(list, { count, at: clock.monotonic(), problem });
      if (count === FAILED_CALLS_SHOWN) telemetry.log.warn({ list, detail }, notFollowed(problem));
    },
    sawDamage,
    stopped() {
      sentences.clear();
      failingLists.clear();
    },
    reasons() {
      const isShown = (at: number) => clock.monotonic() - at < SHOWN_MS;
      const failing = [...failingLists.values()].filter(({ count, at }) => count >= FAILED_CALLS_SHOWN && isShown(at));
      return [
        ...sentences.values(),
        ...new Set(failing.map(({ problem }) => notFollowed(problem))),
        ...(latest !== null && isShown(latest.at) ? [latest.sentence] : []),
      ];
    },
  };
}

function notFollowed(problem: string): string {
  return `${PARTS.poller}: ${problem}`;
}

function causeOf(error: unknown): string {
  const unknownCause = 'An unexpected error repeats. The log names it.';
  return explainDatabaseError(error) ?? (isUnavailable(error) ? 'The database does not answer.' : unknownCause);
}

function damageIn(error: unknown): string {
  const remedy = 'The log names them. Restore the database from a backup. Other tasks continue until then.';
  return `Tasks cannot be read, because their rows in the database are damaged (${codeOf(error)}). ${remedy}`;
}
