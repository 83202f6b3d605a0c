/**
 * Validates requests against the limits of AWS's published model. One ValidationException reports every wrong member. A
 * member of the wrong JSON type is a SerializationException instead, because the service's framework fails before it
 * checks limits. Members are named in camel case, the only spelling seen in real messages.
 */
import { withoutArn } from '../records/record-identifiers.js';
import { ServiceError } from './service-error.js';

export type Rule = { readonly pattern: RegExp } | { readonly values: readonly string[] };

/** A pattern that covers the whole text. The model omits the anchors, but the service applies them. */
export const whole = (pattern: string): Rule => ({ pattern: new RegExp(`^(?:${pattern})$`, 'u') });
/** Any characters, including line breaks. */
export const text = (min: number, max: number): Rule => whole(`[\\s\\S]{${min},${max}}`);

export const CATALOG: Rule = { values: ['AWS', 'Sandbox'] };
export const CLIENT_TOKEN = whole('.{1,255}');
export const OPPORTUNITY_ID = whole('O[0-9]{1,19}');
export const ENGAGEMENT_ID = whole('eng-[0-9a-z]{14}');
export const ENGAGEMENT_ARN_OR_ID = whole('arn:.*|eng-[0-9a-z]{14}');
export const INVITATION_ARN_OR_ID = whole('(?=.{1,255}$)(arn:.*|engi-[0-9a-z]{13})');
export const JOB_ID = whole('job-[0-9a-z]{13}');
export const REJECTION_REASON = whole('[\\u0020-\\u007E\\u00A0-\\uD7FF\\uE000-\\uFFFD]{1,80}');
export const SOLUTION_ID = whole('S-[0-9]{1,19}');
export const ARN = whole('arn:.*');
export const ACCOUNT_ID = whole('[0-9]{12}|\\w{1,12}');
export const DATE = whole('[1-9][0-9]{3}-(0[1-9]|1[012])-(0[1-9]|[12][0-9]|3[01])');
export const CONTEXT_TYPE: Rule = { values: ['CustomerProject', 'Lead', 'ProspectingResult'] };
export const CONTEXT_ID = whole('[1-9][0-9]*');
export const TASK_ARN_OR_ID = whole('arn:.*|task-[0-9a-z]{13}');
export const NEXT_TOKEN = text(1, 2048);
export const TASK_STATUS: Rule = { values: ['IN_PROGRESS', 'COMPLETE', 'FAILED'] };
export const INVOLVEMENT_TYPE: Rule = { values: ['For Visibility Only', 'Co-Sell'] };
export const VISIBILITY: Rule = { values: ['Full', 'Limited'] };
const SORT_ORDER: Rule = { values: ['ASCENDING', 'DESCENDING'] };
const TAG_KEY = whole('(?=.{1,128}$)([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)');
const TAG_VALUE = whole('(?=.{0,256}$)([\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*)');

export type FieldError = { readonly FieldName: string; readonly Message: string; readonly Code: string };

export function validationException(errors: readonly FieldError[]): ServiceError {
  const message = `${errors.length} validation ${errors.length === 1 ? 'error' : 'errors'} detected.`;
  return new ServiceError('ValidationException', message, { Reason: 'REQUEST_VALIDATION_FAILED', ErrorList: errors });
}

/** The error of a well-formed request that the state of the record forbids. */
export function businessError(path: string, code: string, problem: string): ServiceError {
  return businessException([fieldError(path, code, problem)]);
}

export function businessException(errors: readonly FieldError[]): ServiceError {
  const message = errors.map(({ Message }) => Message).join(' ');
  return new ServiceError('ValidationException', message, { Reason: 'BUSINESS_VALIDATION_FAILED', ErrorList: errors });
}

export function fieldError(path: string, code: string, problem: string): FieldError {
  return { FieldName: path, Message: `Value at '${path}' ${problem}.`, Code: code };
}

/** Reads a request through `read`, which reads every member; throws if any member is wrong. */
export function validated<T>(body: unknown, read: (fields: Fields) => T): T {
  const errors: FieldError[] = [];
  const request = read(new Fields(record(body, 'request'), '', errors));
  if (errors.length > 0) throw validationException(errors);
  return request;
}

export function engagementFilter(fields: Fields): readonly string[] | undefined {
  return fields.optionalStrings('EngagementIdentifier', 10, ENGAGEMENT_ARN_OR_ID)?.map(withoutArn);
}

/**
 * The members of one structure. A reader records an error and returns a placeholder, which is never used: `validated`
 * throws.
 */
export class Fields {
  private readonly read = new Set<string>();

  constructor(
    private readonly members: ReadonlyMap<string, unknown>,
    private readonly prefix: string,
    private readonly errors: FieldError[],
  ) {}

  string(name: string, rule: Rule): string {
    return this.optionalString(name, rule) ?? this.missing(name, '');
  }

  optionalString(name: string, rule: Rule): string | undefined {
    const value = this.value(name);
    return value === undefined ? undefined : this.checked(this.path(name), value, rule);
  }

  optionalInteger(name: string, min: number, max: number): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'number' || !Number.isInteger(value)) throw wrongType(this.path(name), 'an integer');
    if (value < min || value > max)
      this.wrong(this.path(name), 'VALUE_OUT_OF_RANGE', `must be between ${min} and ${max}`);
    return value;
  }

  timestamp(name: string): number {
    return this.optionalTimestamp(name) ?? this.missing(name, 0);
  }

  optionalTimestamp(name: string): number | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    const at = typeof value === 'string' ? Date.parse(value) : Number.NaN;
    if (Number.isNaN(at)) throw wrongType(this.path(name), 'a timestamp');
    return at;
  }

  optionalStrings(name: string, max: number, rule: Rule, min = 1): readonly string[] | undefined {
    return this.list(name, max, min)?.map((value, index) => this.checked(`${this.path(name)}[${index}]`, value, rule));
  }

  optionalStructures<T>(name: string, max: number, read: (fields: Fields) => T): readonly T[] | undefined {
    return this.list(name, max, 0)?.map((value, index) => {
      const path = `${this.path(name)}[${index}]`;
      return read(new Fields(record(value, path), `${path}.`, this.errors));
    });
  }

  optionalStructure<T>(name: string, read: (fields: Fields) => T): T | undefined {
    const value = this.value(name);
    const path = this.path(name);
    return value === undefined ? undefined : read(new Fields(record(value, path), `${path}.`, this.errors));
  }

  structure<T extends object>(name: string, read: (fields: Fields) => T): T {
    // Errors inside the placeholder of a missing structure are not reported.
    return this.optionalStructure(name, read) ?? this.missing(name, read(new Fields(new Map(), '', [])));
  }

  /** Adds to the read members those that no reader knows, because the service may be newer than its model. */
  withUnknown<T extends object>(known: T): T {
    const unknown = [...this.members].filter(([name, value]) => value !== null && !this.read.has(name));
    return { ...Object.fromEntries(unknown), ...known };
  }

  /** Members that the service ignores. */
  ignore(names: readonly string[]): void {
    for (const name of names) this.read.add(name);
  }

  /** `SortBy` and `SortOrder`, which are both present or both absent. */
  sort(by: readonly string[]): { readonly by: string; readonly ascending: boolean } | undefined {
    return this.optionalStructure('Sort', (sort) => ({
      by: sort.string('SortBy', { values: by }),
      ascending: sort.string('SortOrder', SORT_ORDER) === 'ASCENDING',
    }));
  }

  /** Tags are checked but not kept, because no answer of the simulator shows them. */
  tags(): void {
    const path = this.path('Tags');
    const keys = new Set<string>();
    for (const [index, tag] of (this.list('Tags', 200) ?? []).entries()) {
      const fields = new Fields(record(tag, `${path}[${index}]`), `${path}[${index}].`, this.errors);
      const key = fields.string('Key', TAG_KEY);
      fields.string('Value', TAG_VALUE);
      if (keys.has(key) && key !== '')
        this.wrong(`${path}[${index}].key`, 'DUPLICATE_KEY_VALUE', 'must not repeat a key');
      keys.add(key);
    }
  }

  private list(name: string, max: number, min = 1): readonly unknown[] | undefined {
    const value = this.value(name);
    if (value === undefined) return undefined;
    if (!Array.isArray(value)) throw wrongType(this.path(name), 'a list');
    if (value.length < min) this.wrong(this.path(name), 'NOT_ENOUGH_VALUES', `must have at least ${min} value`);
    if (value.length > max) this.wrong(this.path(name), 'TOO_MANY_VALUES', `must have at most ${max} values`);
    return value;
  }

  private checked(path: string, value: unknown, rule: Rule): string {
    if (typeof value !== 'string') throw wrongType(path, 'a string');
    if ('values' in rule) {
      if (!rule.values.includes(value))
        this.wrong(path, 'INVALID_ENUM_VALUE', `must be one of ${rule.values.join(', ')}`);
    } else if (!rule.pattern.test(value)) {
      this.wrong(path, 'INVALID_STRING_FORMAT', `must satisfy regular expression pattern: ${rule.pattern.source}`);
    }
    return value;
  }

  /** A null member counts as absent. */
  private value(name: string): unknown {
    this.read.add(name);
    return this.members.get(name) ?? undefined;
  }

  private path(name: string): string {
    return this.prefix + name.charAt(0).toLowerCase() + name.slice(1);
  }

  private missing<T>(name: string, placeholder: T): T {
    this.wrong(this.path(name), 'REQUIRED_FIELD_MISSING', 'is required');
    return placeholder;
  }

  private wrong(path: string, code: string, problem: string): void {
    this.errors.push(fieldError(path, code, problem));
  }
}

function record(value: unknown, path: string): ReadonlyMap<string, unknown> {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) throw wrongType(path, 'a structure');
  return new Map(Object.entries(value));
}

function wrongType(path: string, expected: string): ServiceError {
  return new ServiceError('SerializationException', `Value at '${path}' is not ${expected}.`);
}
