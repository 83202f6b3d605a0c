/** A look at AWS's records for whether what a start wanted is done already. */
import { SECOND, type Clock } from '../runtime/clock.js';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import type { OutcomeCheck } from '../records/outcome-check.js';
import type { Telemetry } from '../runtime/telemetry.js';

/** Null when it could not be seen. */
export type Look = (input: TaskInput) => Promise<OutcomeCheck | null>;

/** More than this no mutation and no record of a failure waits for a look. */
const LOOK_MS = 5 * SECOND;

export type Looking = { readonly look: Look; readonly clock: Clock; readonly telemetry: Telemetry };

/** Best effort: null also when the look fails, takes too long, or `signal` aborts meanwhile. */
export async function tryLook(
  { look, clock, telemetry }: Looking,
  input: TaskInput,
  signal: AbortSignal,
): Promise<OutcomeCheck | null> {
  const done = new AbortController();
  try {
    const tooLate = clock.sleep(LOOK_MS, AbortSignal.any([done.signal, signal])).then(() => null);
    return await Promise.race([look(input), tooLate]);
  } catch (error) {
    telemetry.unexpected('look', error);
    return null;
  } finally {
    done.abort();
  }
}
