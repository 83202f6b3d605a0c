/**
 * Reports that polling has in effect stopped, because the daily reads are spent or nearly spent. A person who waits for
 * a task thus knows the reason.
 */
import { SECOND } from '../../runtime/clock.js';
import type { QuotaUsage } from '../../partner-central/quota/quota.js';
import { areReadsSpent, paceOf, type Pace, type PollBounds } from './pace.js';

/** Reads are scarce below this share of the steady pace. A list that one call reads is then read every 5 s at most. */
const SCARCE_SHARE = 0.3;
/** The shortage ends above this share. The gap keeps a day at its limit from repeating the warning. */
const RELIEVED_SHARE = 2 * SCARCE_SHARE;

const SPENT = 'The daily read quota is spent. Polling resumes when the oldest call is 24 hours old.';

type Usage = Pick<QuotaUsage, 'perDay' | 'spent' | 'remainingToday'>;

export type ReadShortage = { readonly type: 'scarce' | 'spent'; readonly message: string };

/** Returns null while polls are fast enough. */
export function readShortageOf(usage: Usage, bounds: PollBounds): ReadShortage | null {
  if (areReadsSpent(usage)) return { type: 'spent', message: SPENT };
  const pace = paceOf(usage);
  const slowestMs = SECOND / Math.min(pace.lasting, pace.largest);
  if (isAbove(SCARCE_SHARE, pace) && (pace.hasCredit || slowestMs <= bounds.maxMs)) return null;
  return {
    type: 'scarce',
    message:
      `The daily read quota is running low. AWS is asked about tasks every ${Math.round(slowestMs / SECOND)} s or less ` +
      `often until quota is available again.`,
  };
}

function isAbove(share: number, { lasting, steady }: Pace): boolean {
  return lasting >= share * steady;
}

export type ReadBudget = {
  /** Warns when a shortage begins, again when scarce reads become spent, and then not until the shortage has ended. */
  observe(usage: Usage): void;
};

export function createReadBudget(bounds: PollBounds, warn: (message: string) => void): ReadBudget {
  let warned: ReadShortage['type'] | null = null;
  return {
    observe(usage) {
      const shortage = readShortageOf(usage, bounds);
      if (shortage === null) {
        const pace = paceOf(usage);
        // An account with few reads is short of them whenever its credit is spent, and hears of it once.
        if (isAbove(RELIEVED_SHARE, pace) && SECOND / pace.largest <= bounds.maxMs) warned = null;
        return;
      }
      // A single read that expires turns spent reads into scarce ones until it is spent again.
      if (warned === 'spent' || warned === shortage.type) return;
      warned = shortage.type;
      warn(shortage.message);
    },
  };
}
