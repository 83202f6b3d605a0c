/** When polls have in effect stopped, because the day's reads are spent or would be soon: whoever waits for news of a task is to hear why none comes. */
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { peoplesReads, stretchFor } from './cadence.js';

/**
 * From here on half a minute, how late an old task is asked about by default, has become LONGEST_STRETCHED_MS: polls cannot be spread any further. Up
 * to then they go as they are meant to on a day with several times as many polls as there are reads, which is nothing to tell anybody of.
 */
const SCARCE_STRETCH = 30;
/** Below it is over: nearer to where it began, a day at its limit would begin it again and again. */
const RELIEVED_STRETCH = SCARCE_STRETCH / 2;

const SPENT = "The day's quota of reads is spent: news of tasks comes when the oldest call is 24 hours old.";

type Usage = Pick<QuotaUsage, 'perDay' | 'spent' | 'remainingToday'>;

export type Scarcity = { readonly type: 'scarce' | 'spent'; readonly message: string };

/** Null while polls go on well enough. */
export function scarcityOf(usage: Usage): Scarcity | null {
  // The rest is people's.
  if (usage.remainingToday <= peoplesReads(usage.perDay)) return { type: 'spent', message: SPENT };
  const stretch = stretchFor(usage);
  if (stretch < SCARCE_STRETCH) return null;
  return {
    type: 'scarce',
    message: `The day's quota of reads would not last: tasks are looked at up to ${Math.round(stretch)} times less often, until reads come back.`,
  };
}

export type ReadBudget = {
  /** Warns when it begins, once more when from scarce they become spent, and not again until it is over. */
  see(usage: Usage): void;
};

export function createReadBudget(warn: (message: string) => void): ReadBudget {
  let told: Scarcity['type'] | null = null;
  return {
    see(usage) {
      const scarcity = scarcityOf(usage);
      if (scarcity === null) {
        if (stretchFor(usage) < RELIEVED_STRETCH) told = null;
        return;
      }
      // One read that comes back makes spent ones scarce for as long as it takes to spend it.
      if (told === 'spent' || told === scarcity.type) return;
      told = scarcity.type;
      warn(scarcity.message);
    },
  };
}
