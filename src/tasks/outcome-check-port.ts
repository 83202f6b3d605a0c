/** The port through which tasks and worker ask whether the work of a start is done already, with a time limit. */
import { SECOND, type Clock } from '../runtime/clock.js';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { OutcomeCheck } from '../records/outcome-check.js';
import type { Telemetry } from '../runtime/telemetry.js';

/** Reads AWS's records for the outcome of a start; null when the records do not show it. */
export type OutcomeCheckPort = (input: TaskInput) => Promise<OutcomeCheck | null>;

/** Bounds the delay of a mutation, and of recording a failure. */
const TIMEOUT_MS = 5 * SECOND;

type OutcomeCheckContext = {
  readonly checkOutcome: OutcomeCheckPort;
  readonly clock: Clock;
  readonly telemetry: Telemetry;
};

/** @returns null also when the check fails, takes longer than 5 s, or `signal` aborts */
export async function tryOutcomeCheck(
  { checkOutcome, clock, telemetry }: OutcomeCheckContext,
  input: TaskInput,
  signal: AbortSignal,
): Promise<OutcomeCheck | null> {
  const done = new AbortController();
  try {
    const timeout = clock.sleep(TIMEOUT_MS, AbortSignal.any([done.signal, signal])).then(() => null);
    return await Promise.race([checkOutcome(input), timeout]);
  } catch (error) {
    telemetry.unexpected('look', error);
    return null;
  } finally {
    done.abort();
  }
}
