/** The words for kinds, statuses and categories. A value that this page does not know is shown as the gateway sends it. */
import type { TaskFieldsFragment } from '#gql';

export type Task = TaskFieldsFragment;

/** `tone` is the colour of a badge: it repeats what the word says. */
export type Word = { readonly text: string; readonly tone: 'quiet' | 'busy' | 'good' | 'warn' | 'bad' };

export const STATUSES = ['QUEUED', 'IN_PROGRESS', 'COMPLETE', 'FAILED', 'REJECTED'] as const;
export const KINDS = [
  'ENGAGEMENT_FROM_OPPORTUNITY',
  'OPPORTUNITY_FROM_ENGAGEMENT',
  'ENGAGEMENT_BY_ACCEPTING_INVITATION',
] as const;

const STATUS_WORDS: Readonly<Record<string, Word>> = {
  QUEUED: { text: 'Queued', tone: 'quiet' },
  IN_PROGRESS: { text: 'In progress', tone: 'busy' },
  COMPLETE: { text: 'Complete', tone: 'good' },
  FAILED: { text: 'Failed', tone: 'bad' },
  REJECTED: { text: 'Rejected', tone: 'bad' },
};

const KIND_WORDS: Readonly<Record<string, { readonly long: string; readonly short: string }>> = {
  ENGAGEMENT_FROM_OPPORTUNITY: { long: 'Submit an opportunity', short: 'Submit opportunity' },
  OPPORTUNITY_FROM_ENGAGEMENT: { long: 'Turn a lead into an opportunity', short: 'Convert lead' },
  ENGAGEMENT_BY_ACCEPTING_INVITATION: { long: 'Accept an invitation', short: 'Accept invitation' },
};

const VERDICT_WORDS: Readonly<Record<string, Word>> = {
  CLEAR: { text: 'Ready', tone: 'good' },
  BLOCKED: { text: 'Not ready', tone: 'bad' },
  UNKNOWN: { text: 'Not sure', tone: 'warn' },
};

const CATEGORY_WORDS: Readonly<Record<string, string>> = {
  FIX_AND_RESUBMIT: 'Correct the record, then retry',
  LIMIT: 'A limit of the account is reached',
  LOOK_BEFORE_RETRY: 'Look before you retry',
  PERMISSION: 'The account lacks a permission',
  WAIT_AND_RETRY: 'Wait, then retry',
  UNKNOWN: 'A person must decide',
};

export function statusWord(status: string): Word {
  // More statuses may come. Until the task has ended they mean that AWS works on it.
  return STATUS_WORDS[status] ?? { text: sentence(status), tone: 'busy' };
}

export function verdictWord(verdict: string): Word {
  return VERDICT_WORDS[verdict] ?? { text: sentence(verdict), tone: 'warn' };
}

export function kindWord(kind: string): { readonly long: string; readonly short: string } {
  return KIND_WORDS[kind] ?? { long: sentence(kind), short: sentence(kind) };
}

export function categoryWord(category: string): string {
  return CATEGORY_WORDS[category] ?? sentence(category);
}

export function involvementWord(involvement: string): string {
  return involvement === 'CO_SELL' ? 'Co-sell' : sentence(involvement);
}

/** The identifier that a start named; the task's own id if AWS does not report it. */
export function subjectOf(task: Task): string {
  if ('identifier' in task) return task.identifier;
  if ('targetIdentifier' in task && task.targetIdentifier != null) return task.targetIdentifier;
  return task.id;
}

/** `PENDING_SUBMISSION` as `Pending submission`. */
export function sentence(value: string): string {
  const words = value.replaceAll('_', ' ').toLowerCase();
  return words.charAt(0).toUpperCase() + words.slice(1);
}
