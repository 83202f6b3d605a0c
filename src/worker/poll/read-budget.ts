/** When polls have in effect stopped, because the day's reads are spent or would be soon: whoever waits for news of a task is to hear why none comes. */
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { reservedReads, stretchFor } from './cadence.js';

/**
 * From here on half a minute, how late an old task is asked about by default, has become LONGEST_STRETCHED_MS: polls cannot be spread any further. Up
 * to then they go as they are meant to on a day with several times as many polls as there are reads, which is nothing to tell anybody of.
 */
const SCARCE_STRETCH = 30;
/** Below it is over: nearer to where it began, a day at its limit would begin it again and again. */
const RELIEVED_STRETCH = SCARCE_STRETCH / 2;

const SPENT = "The day's quota of reads is spent: news of tasks comes when the oldest call is 24 hours old.";

type Usage = Pick<QuotaUsage, 'perDay' | 'spent' | 'remainingToday'>;

export type ReadShortage = { readonly type: 'scarce' | 'spent'; readonly message: string };

/** Null while polls go on well enough. */
export function readShortageOf(usage: Usage): ReadShortage | null {
  // The rest is people's.
  if (usage.remainingToday <= reservedReads(usage.perDay)) return { type: 'spent', message: SPENT };
  const stretch = stretchFor(usage);
  if (stretch < SCARCE_STRETCH) return null;
  return {
    type: 'scarce',
    message: `The day's quota of reads would not last: tasks are looked at up to ${Math.round(stretch)} times less often, until reads come back.`,
  };
}

export type ReadBudget = {
  /** Warns when it begins, once more when from scarce they become spent, and not again until it is over. */
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
      // One read that comes back makes spent ones scarce for as long as it takes to spend it.
      if (warned === 'spent' || warned === shortage.type) return;
      warned = shortage.type;
      warn(shortage.message);
    },
  };
}
