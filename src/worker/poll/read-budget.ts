/**
 * Reports that polling has in effect stopped, because the daily reads are spent or nearly spent. A person who waits for
 * a task thus knows the reason.
 */
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { reservedReads, stretchFor } from './cadence.js';

/**
 * From this stretch on, the default delay of old tasks (30 s) reaches LONGEST_STRETCHED_MS, and polls cannot slow down
 * further. A smaller stretch is normal on a day with several times as many polls as reads, and is not reported.
 */
const SCARCE_STRETCH = 30;
/**
 * The shortage ends below this stretch. The gap to SCARCE_STRETCH keeps a day at its limit from repeating the warning.
 */
const RELIEVED_STRETCH = SCARCE_STRETCH / 2;

const SPENT = 'The daily read quota is spent. Polling resumes when the oldest call is 24 hours old.';

type Usage = Pick<QuotaUsage, 'perDay' | 'spent' | 'remainingToday'>;

export type ReadShortage = { readonly type: 'scarce' | 'spent'; readonly message: string };

/** Returns null while polls are fast enough. */
export function readShortageOf(usage: Usage): ReadShortage | null {
  // The remaining reads are reserved for look-ups.
  if (usage.remainingToday <= reservedReads(usage.perDay)) return { type: 'spent', message: SPENT };
  const stretch = stretchFor(usage);
  if (stretch < SCARCE_STRETCH) return null;
  return {
    type: 'scarce',
    message:
      `The daily read quota is running low. Polling is slowed down up to ${Math.round(stretch)}-fold until quota is ` +
      `available again.`,
  };
}

export type ReadBudget = {
  /** Warns when a shortage begins, again when scarce reads become spent, and then not until the shortage has ended. */
  observe(usage: Usage): void;
};

export function createReadBudget(warn: (message: string) => void): ReadBudget {
  let warned: ReadShortage['type'] | null = null;
  return {
    observe(usage) {
      const shortage = readShortageOf(usage);
      if (shortage === null) {
        if (stretchFor(usage) < RELIEVED_STRETCH) warned = null;
        return;
      }
      // A single read that expires turns spent reads into scarce ones until it is spent again.
      if (warned === 'spent' || warned === shortage.type) return;
      warned = shortage.type;
      warn(shortage.message);
    },
  };
}
