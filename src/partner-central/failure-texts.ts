/**
 * Recurring texts in AWS's failures. Each names the field that it concerns, and allows better advice than its code. An
 * unknown text changes nothing. The texts were seen in refused submissions, or stand in the service model.
 */
import type { FieldError } from './failure.js';
import { wordsFor } from './model/field-words.js';
import type { NextStep } from './recovery.js';

export type FailureReading = {
  /** Null if AWS's text is not known. */
  readonly advice: string | null;
  /** Null if the code decides it. */
  readonly nextStep: NextStep | null;
  readonly fieldErrors: readonly FieldError[];
};

type Advice = { readonly advice: string; readonly nextStep: NextStep };

type KnownText = Advice & {
  readonly text: RegExp;
  /** The name of the member in AWS's model. */
  readonly field: string;
};

/** The first text that matches counts, because some texts contain others. */
const KNOWN_TEXTS: readonly KnownText[] = [
  {
    text: /target close date|targetCloseDate must be in the future|close date (is|cannot be|can not be) in the past/i,
    field: 'LifeCycle.TargetCloseDate',
    advice: 'The target close date is not in the future. Set it to a day after today.',
    nextStep: 'RETRY',
  },
  {
    text: /visibility to limited on a co-sell|to limited visibility/i,
    field: 'AwsSubmission.Visibility',
    advice:
      'Co-Sell cannot be combined with the visibility Limited. Choose Full, or the involvement For Visibility Only.',
    nextStep: 'NEW_START',
  },
  {
    text: /only pending submission or action required opportunities can be submitted/i,
    field: 'LifeCycle.ReviewStatus',
    advice:
      'AWS submits an opportunity only in Pending Submission or Action Required. Look at its review status: it may be ' +
      'submitted already.',
    nextStep: 'RETRY',
  },
  {
    text: /cannot perform submit action/i,
    field: 'LifeCycle.ReviewStatus',
    advice:
      'The state of the opportunity does not allow a submission. With a review status, correct the stage. Without one, add ' +
      'the identifier of your own CRM; if the status still does not appear, create a new opportunity.',
    nextStep: 'RETRY',
  },
  {
    text: /immutable|(cannot|can not|can't) be (updated|modified|changed|edited).{0,80}(launched|closed lost)/i,
    field: 'LifeCycle.Stage',
    advice:
      'The opportunity is Launched or Closed Lost, and AWS allows no more changes to it. Create a new opportunity for ' +
      'further work.',
    nextStep: 'NEW_START',
  },
  {
    text: /last ?modified ?date is not the latest/i,
    field: 'LastModifiedDate',
    advice: 'Another request changed the opportunity at the same moment. Look at it once more.',
    nextStep: 'RETRY',
  },
  {
    text: /conflicting client token/i,
    field: 'ClientToken',
    advice: 'AWS knows the token of this start from an earlier start with other input. A retry uses a new token.',
    nextStep: 'RETRY',
  },
  {
    text: /associate at ?least one solution/i,
    field: 'RelatedEntityIdentifiers',
    advice:
      'No solution is there. To continue, associate at least one solution: a partner solution, a Marketplace solution or ' +
      'a Marketplace product.',
    nextStep: 'RETRY',
  },
  {
    text: /postal code (is invalid|must be in)/i,
    field: 'Customer.Account.Address.PostalCode',
    advice: 'The postal code does not have the form of the country. Correct it to the form in the message.',
    nextStep: 'RETRY',
  },
  {
    text: /requires EUR currency/i,
    field: 'Project.ExpectedCustomerSpend.CurrencyCode',
    advice: 'The partition aws-eusc takes amounts in EUR only. Give the expected spend in EUR.',
    nextStep: 'RETRY',
  },
  {
    text: /duplicate record/i,
    field: 'Customer.Account',
    advice: 'AWS already has an opportunity for this project of the customer. Update that opportunity instead.',
    nextStep: 'NONE',
  },
];

/** A message of AWS has some entries; this many fit into any screen. */
const MAX_ENTRIES = 50;
/** `REQUIRED_FIELD_MISSING project.title:project.title is required`, or without the member: `CODE:text`. */
const ENTRY_WITH_COLON = /^([A-Z][A-Z_]{3,})(?:\s+([A-Za-z][\w.[\]]*))?\s*:\s*(.*)$/s;
/** `OPPORTUNITY_VALIDATION_FAILED project.salesActivities is required`. */
const ENTRY = /^([A-Z][A-Z_]{3,})\s+(.*)$/s;
const REQUIRED = /\b([a-z]\w*(?:\.\w+)*) is required\b/;

/** The members of a start. The other members are those of a record, which a person can correct before a retry. */
const OF_THE_START = /^(?:AwsSubmission|Catalog|ClientToken|ContextIdentifier|Identifier|Tags)\b/;

type Entry = FieldError & { readonly known: Advice | null };

/** @param fieldErrors AWS's own list, which takes the place of the message's entries */
export function readFailure(message: string, fieldErrors: readonly FieldError[]): FailureReading {
  const errors = fieldErrors.length > 0 ? fieldErrors : errorsIn(message);
  const entries = errors.map(entryOf);
  const known = entries.flatMap((entry) => entry.known ?? []);
  return {
    ...adviceFor(known, known.length === entries.length),
    fieldErrors: entries.map(({ known: _known, ...error }) => error),
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
  return errors.filter((error) => error.code !== 'UNKNOWN' || entryOf(error).known !== null);
}

function entryOf(error: FieldError): Entry {
  const known = KNOWN_TEXTS.find(({ text }) => text.test(error.message));
  if (known !== undefined) return { ...error, field: error.field ?? known.field, known };
  const member = REQUIRED.exec(error.message)?.[1];
  if (member === undefined) return { ...error, known: null };
  const field = error.field ?? modelName(member);
  const words = wordsFor(field);
  const advice =
    words === null
      ? 'AWS requires more than was given. Add what its message names.'
      : `AWS requires ${words.noun}. Add what is missing.`;
  return { ...error, field, known: { advice, nextStep: OF_THE_START.test(field) ? 'NEW_START' : 'RETRY' } };
}

/** AWS's messages begin each part of a name with a small letter, and its model with a capital. */
function modelName(member: string): string {
  return member.replace(/(^|\.)([a-z])/g, (_, dot: string, letter: string) => `${dot}${letter.toUpperCase()}`);
}

/** @param isWhole true if each fault is known */
function adviceFor(known: readonly Advice[], isWhole: boolean): Pick<FailureReading, 'advice' | 'nextStep'> {
  const [first] = known;
  if (first === undefined) return { advice: null, nextStep: null };
  const isOne = known.every(({ advice }) => advice === first.advice);
  if (isOne && isWhole) return { advice: first.advice, nextStep: first.nextStep };
  const advice = 'AWS names several faults. Correct each of them as its message says.';
  if (known.some(({ nextStep }) => nextStep !== 'RETRY')) return { advice, nextStep: 'NEW_START' };
  return { advice, nextStep: isWhole ? 'RETRY' : null };
}
