/** An error answer of the service, in the form that AWS sends. */

/** Errors of the service framework, raised before an operation runs: another namespace, and `message` in lower case. */
const FRAMEWORK_ERRORS: ReadonlySet<string> = new Set([
  'IncompleteSignatureException',
  'InvalidSignatureException',
  'MissingAuthenticationTokenException',
  'SerializationException',
  'UnknownOperationException',
]);

export type ErrorMembers = Readonly<Record<string, unknown>>;

export class ServiceError extends Error {
  override readonly name: string;

  constructor(
    name: string,
    message: string,
    readonly members: ErrorMembers = {},
  ) {
    super(message);
    this.name = name;
  }

  /** AWS documents 400 for every client error, unlike the HTTP traits of its published model. */
  get status(): number {
    return this.name === 'InternalServerException' ? 500 : 400;
  }

  get body(): ErrorMembers {
    return FRAMEWORK_ERRORS.has(this.name)
      ? { __type: `com.amazon.coral.service#${this.name}`, message: this.message }
      : { __type: `com.amazonaws.partnercentralselling#${this.name}`, Message: this.message, ...this.members };
  }
}

/** The answer to an update whose optimistic lock is not the latest, in AWS's words. */
export function staleUpdate(): ServiceError {
  return new ServiceError('ConflictException', 'Conflicting error, last modified date is not the latest');
}

/** The answer to a used client token with another request, in AWS's words. */
export function tokenConflict(): ServiceError {
  return new ServiceError('ConflictException', 'Conflicting client token submitted for a new request body.');
}
