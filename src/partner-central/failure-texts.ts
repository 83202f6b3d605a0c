/**
 * Recurring texts in AWS's failures. Each names the field that it concerns, and allows better advice than its code. An
 * unknown text changes nothing. The texts were seen in refused submissions, or stand in the service model.
 */
import type { FieldError } from './failure.js';

export type FailureReading = {
  /** Null if AWS's text is not known. */
  readonly recovery: string | null;
  readonly fieldErrors: readonly FieldError[];
};

type KnownText = {
  readonly text: RegExp;
  /** The name of the member in AWS's model. */
  readonly field: string;
  readonly recovery: string;
};

/** The first text that matches counts, because some texts contain others. */
const KNOWN_TEXTS: readonly KnownText[] = [
  {
    text: /target close date|targetCloseDate must be in the future|close date (is|cannot be|can not be) in the past/i,
    field: 'LifeCycle.TargetCloseDate',
    recovery: 'The target close date is not in the future. Set it to a day after today and start again.',
  },
  {
    text: /visibility to limited on a co-sell|to limited visibility/i,
    field: 'AwsSubmission.Visibility',
    recovery:
      'Co-Sell cannot be combined with the visibility Limited. Start again with Full, or with the involvement For ' +
      'Visibility Only.',
  },
  {
    text: /only pending submission or action required opportunities can be submitted/i,
    field: 'LifeCycle.ReviewStatus',
    recovery:
      'AWS submits an opportunity only in Pending Submission or Action Required. Look at its review status: after a ' +
      'submission there is nothing to repeat.',
  },
  {
    text: /cannot perform submit action/i,
    field: 'LifeCycle.ReviewStatus',
    recovery:
      'The state of the opportunity does not allow a submission. Look at its review status and stage; without a review ' +
      'status it can never be submitted, so create a new opportunity.',
  },
  {
    text: /immutable|(cannot|can not|can't) be (updated|modified|changed|edited).{0,80}(launched|closed lost)/i,
    field: 'LifeCycle.Stage',
    recovery:
      'The opportunity is Launched or Closed Lost, and AWS allows no more changes to it. Create a new opportunity for ' +
      'further work.',
  },
  {
    text: /last ?modified ?date is not the latest/i,
    field: 'LastModifiedDate',
    recovery: 'Another request changed the opportunity at the same moment. Read it again, and start again.',
  },
  {
    text: /conflicting client token/i,
    field: 'ClientToken',
    recovery: 'The client token belongs to an earlier start with other input. Start again under a new client token.',
  },
  {
    text: /associate at ?least one solution/i,
    field: 'RelatedEntityIdentifiers',
    recovery:
      'No solution is there. To continue, associate at least one solution: a partner solution, a Marketplace solution or ' +
      'a Marketplace product. Then start again.',
  },
  {
    text: /postal code (is invalid|must be in)/i,
    field: 'Customer.Account.Address.PostalCode',
    recovery:
      'The postal code does not have the form of the country. Correct it to the form in the message and start again.',
  },
  {
    text: /requires EUR currency/i,
    field: 'Project.ExpectedCustomerSpend.CurrencyCode',
    recovery: 'The partition aws-eusc takes amounts in EUR only. Give the expected spend in EUR and start again.',
  },
  {
    text: /duplicate record/i,
    field: 'Customer.Account',
    recovery:
      'AWS already has an opportunity for this project of the customer. Update that opportunity instead of a new one.',
  },
];

/** A message of AWS has some entries; this many fit into any screen. */
const MAX_ENTRIES = 50;
/** `REQUIRED_FIELD_MISSING project.title:project.title is required`, or without the member: `CODE:text`. */
const ENTRY_WITH_COLON = /^([A-Z][A-Z_]{3,})(?:\s+([A-Za-z][\w.[\]]*))?\s*:\s*(.*)$/s;
/** `OPPORTUNITY_VALIDATION_FAILED project.salesActivities is required`. */
const ENTRY = /^([A-Z][A-Z_]{3,})\s+(.*)$/s;
const REQUIRED = /\b([a-z]\w*(?:\.\w+)*) is required\b/;

type Entry = FieldError & { readonly recovery: string | null };

/** @param fieldErrors AWS's own list, which takes the place of the message's entries */
export function readFailure(message: string, fieldErrors: readonly FieldError[]): FailureReading {
  const errors = fieldErrors.length > 0 ? fieldErrors : errorsIn(message);
  const entries = errors.map(entryOf);
  const advice = new Set(entries.flatMap(({ recovery }) => recovery ?? []));
  return {
    recovery: advice.size === 0 ? null : recoveryFor([...advice], entries),
    fieldErrors: entries.map(({ recovery: _advice, ...error }) => error),
  };
}

function errorsIn(message: string): readonly FieldError[] {
  const parts = message.split(/;\s*(?=[A-Z][A-Z_]{3,}[\s:])/).slice(0, MAX_ENTRIES);
  const errors = parts.map((part): FieldError => {
    const [, code, member, text] = ENTRY_WITH_COLON.exec(part) ?? [];
    if (code !== undefined)
      return { code, field: member === undefined ? null : modelName(member), message: text ?? '' };
    const [, onlyCode, rest] = ENTRY.exec(part) ?? [];
    return { code: onlyCode ?? 'UNKNOWN', field: null, message: rest ?? part };
  });
  // A sentence without a code or a known text names no field.
  return errors.filter((error) => error.code !== 'UNKNOWN' || entryOf(error).recovery !== null);
}

function entryOf(error: FieldError): Entry {
  const known = KNOWN_TEXTS.find(({ text }) => text.test(error.message));
  if (known !== undefined) return { ...error, field: error.field ?? known.field, recovery: known.recovery };
  const member = REQUIRED.exec(error.message)?.[1];
  if (member === undefined) return { ...error, recovery: null };
  const field = error.field ?? modelName(member);
  return { ...error, field, recovery: `AWS requires ${field}. Add it and start again.` };
}

/** AWS's messages begin each part of a name with a small letter, and its model with a capital. */
function modelName(member: string): string {
  return member.replace(/(^|\.)([a-z])/g, (_, dot: string, letter: string) => `${dot}${letter.toUpperCase()}`);
}

function recoveryFor(advice: readonly string[], entries: readonly Entry[]): string {
  const [only = ''] = advice;
  if (advice.length === 1 && entries.every(({ recovery }) => recovery !== null)) return only;
  return 'AWS names several faults. Correct each field in fieldErrors as its message says, and start again.';
}
