/**
 * The failures of a call to Partner Central: a closed union. A call that AWS may have processed is its own member.
 * Errors are classified by name, never by HTTP status, because AWS's reference gives every client error the status 400.
 */
import { isRecord } from '../runtime/guards.js';
import { printable } from './mappers/nullable.js';

/** AWS's definite answers to a start, and the gateway's codes for a start without one (THROTTLED, UPSTREAM_FAILED). */
export type ErrorCode =
  | 'VALIDATION_FAILED'
  | 'ACCESS_DENIED'
  | 'CONFLICT'
  | 'NOT_FOUND'
  | 'QUOTA_EXCEEDED'
  | 'THROTTLED'
  | 'UPSTREAM_FAILED';

export type FieldError = { readonly field: string | null; readonly code: string; readonly message: string };

export type CallFailure =
  /** AWS refused the call, and would refuse it again. */
  | {
      readonly type: 'refused';
      readonly code: ErrorCode;
      /** The name of AWS's error. */
      readonly awsCode: string;
      readonly message: string;
      readonly fieldErrors: readonly FieldError[];
    }
  /** AWS did not process the call because there were too many calls. */
  | {
      readonly type: 'throttled';
      readonly awsCode: string;
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  /** AWS did not process the call; an operator can fix the cause. */
  | { readonly type: 'unavailable'; readonly awsCode: string; readonly message: string }
  /** AWS may have processed the call. A repetition with the same ClientToken shows it. */
  | { readonly type: 'unknown'; readonly awsCode: string; readonly message: string };

const REFUSALS: ReadonlyMap<string, ErrorCode> = new Map([
  ['ValidationException', 'VALIDATION_FAILED'],
  ['AccessDeniedException', 'ACCESS_DENIED'],
  ['ConflictException', 'CONFLICT'],
  ['ResourceNotFoundException', 'NOT_FOUND'],
  ['ServiceQuotaExceededException', 'QUOTA_EXCEEDED'],
]);

const TLS =
  'the server could not prove that it is AWS: check the clock of this machine, and NODE_EXTRA_CA_CERTS if a proxy ' +
  'inspects traffic';

const SDK_FILES =
  'the SDK could not read its own files: raise the limit of open files (ulimit -n) and restart the gateway. If that ' +
  'does not help, install it again';

/** The cause and the remedy for each error that prevents a call, by the name of the error. */
const UNAVAILABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    CredentialsProviderError:
      'no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile (AWS_PROFILE) or a ' +
      'role for this process',
    TokenProviderError: 'the AWS single sign-on session could not be used: sign in again (aws sso login)',
    UnrecognizedClientException: 'AWS does not know the access key: check the credentials of this process',
    InvalidClientTokenId: 'AWS does not know the access key: check the credentials of this process',
    InvalidSignatureException:
      'AWS refused the signature: check the secret access key, and that the clock of this machine is right',
    SignatureDoesNotMatch:
      'AWS refused the signature: check the secret access key, and that the clock of this machine is right',
    IncompleteSignature: 'AWS refused the signature: check the credentials of this process',
    MissingAuthenticationTokenException: 'the call was not signed: check the credentials of this process',
    ExpiredTokenException: 'the AWS session has expired: renew the credentials of this process',
    ExpiredToken: 'the AWS session has expired: renew the credentials of this process',
    RequestExpired: 'AWS found the call too old: check that the clock of this machine is right',
    RequestTimeTooSkewed: 'AWS found the call too far from its own time: check that the clock of this machine is right',
    OptInRequired: 'the AWS account is not subscribed to this service: link it to Partner Central',
    EndpointError:
      'the SDK found no address to call: check PARTNER_CENTRAL_ENDPOINT, AWS_ENDPOINT_URL and AWS_USE_FIPS_ENDPOINT',
    ECONNREFUSED:
      'the connection was refused: check the network, and PARTNER_CENTRAL_ENDPOINT or AWS_ENDPOINT_URL if one is set',
    ENOTFOUND:
      'the host name could not be resolved: check DNS and the network, and PARTNER_CENTRAL_ENDPOINT, ' +
      'AWS_ENDPOINT_URL or AWS_USE_FIPS_ENDPOINT if one is set',
    EAI_AGAIN: 'the host name could not be resolved: check DNS and the network',
    EHOSTUNREACH: 'the host could not be reached: check the network',
    CERT_HAS_EXPIRED: TLS,
    DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
    ERR_TLS_CERT_ALTNAME_INVALID: TLS,
    SELF_SIGNED_CERT_IN_CHAIN: TLS,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TLS,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
    ENETUNREACH: 'the network could not be reached: check the network',
    MODULE_NOT_FOUND: SDK_FILES,
    ERR_MODULE_NOT_FOUND: SDK_FILES,
    EMFILE: 'this process has too many files and connections open: raise its limit of open files (ulimit -n)',
    ENFILE: 'this machine has too many files and connections open: raise its limit (fs.file-max)',
    EADDRNOTAVAIL: 'this machine has no local port left for a connection: check what keeps so many connections open',
    ENOBUFS: 'this machine has no memory left for connections: check what keeps so many open',
  }),
);

const INCOMPATIBLE_STATE = 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE';

const NO_CREDENTIALS = 'CredentialsProviderError';

/**
 * Classifies an error that a call of the SDK threw.
 * @param credentialsReason whole sentences that say why no credentials were found
 */
export function classifyFailure(error: unknown, credentialsReason: string | null = null): CallFailure {
  const details = detailsOf(error);
  const refusal = REFUSALS.get(details.name);
  if (refusal !== undefined) {
    return {
      type: 'refused',
      code: refusal,
      awsCode: details.name,
      message: refusalMessage(details),
      fieldErrors: details.fieldErrors,
    };
  }
  if (details.name === 'ThrottlingException') {
    return { type: 'throttled', awsCode: details.name, message: details.message, retryAfterMs: details.retryAfterMs };
  }
  const message = unknownMessage(details);
  return unavailability(details, credentialsReason) ?? { type: 'unknown', awsCode: codeOf(details), message };
}

/**
 * Classifies the error of a request that was never sent. AWS has not decided on the call, even if the error has a name
 * of AWS. Its text is for the log only, because it may hold the path of a file or another service's answer about
 * credentials.
 */
export function classifyUnsent(error: unknown, credentialsReason: string | null = null): CallFailure {
  const details = detailsOf(error);
  const awsCode = codeOf(details);
  const advice = 'check the credentials of this process, such as its role or token file; its log says more';
  const message = `AWS cannot be called: the request could not be prepared (${awsCode}): ${advice}.`;
  return unavailability(details, credentialsReason) ?? { type: 'unavailable', awsCode, message };
}

/** The failure of a call that AWS did not process for a known reason; null for any other. */
function unavailability(
  { name, code, systemCall }: ErrorDetails,
  credentialsReason: string | null,
): CallFailure | null {
  // An established connection may break with the same codes after the request was sent.
  if (systemCall === 'read' || systemCall === 'write') return null;
  for (const awsCode of [name, code]) {
    const advice = UNAVAILABLE.get(awsCode);
    if (advice === undefined) continue;
    const more = awsCode === NO_CREDENTIALS && credentialsReason !== null ? ` ${credentialsReason}` : '';
    return { type: 'unavailable', awsCode, message: `AWS cannot be called: ${advice}.${more}` };
  }
  // A call without a connection was not sent.
  if (systemCall !== 'connect' && systemCall !== 'getaddrinfo') return null;
  const message = `AWS cannot be called: no connection could be made (${code}): check the network.`;
  return { type: 'unavailable', awsCode: code, message };
}

function codeOf({ name, code }: ErrorDetails): string {
  return code === '' ? name : code;
}

type ErrorDetails = {
  name: string;
  code: string;
  message: string;
  reason: string;
  /** The name of the failed system call; '' for an error without one. */
  systemCall: string;
  status: number | null;
  retryAfterMs: number | null;
  fieldErrors: FieldError[];
};

function detailsOf(error: unknown): ErrorDetails {
  if (!isRecord(error)) {
    const nothing = { code: '', reason: '', systemCall: '', status: null, retryAfterMs: null, fieldErrors: [] };
    return { ...nothing, name: 'Error', message: text(String(error)) };
  }
  const metadata = isRecord(error['$metadata']) ? error['$metadata'] : {};
  const status = metadata['httpStatusCode'];
  // The SDK writes 'UnknownError' when AWS sent no message; the list of fields then holds the cause.
  const message = withoutAdvice(text(error['message'] ?? error['Message']));
  const cause = isRecord(error['cause']) ? error['cause'] : {};
  return {
    name: word(error['name']) || 'Error',
    code: word(error['code']) || word(cause['code']),
    systemCall: word(error['syscall']) || word(cause['syscall']) || word(firstOf(error['errors'])['syscall']),
    message: message === 'UnknownError' ? '' : message,
    reason: word(error['Reason']),
    status: typeof status === 'number' ? status : null,
    retryAfterMs: retryAfterOf(error['$response']),
    fieldErrors: fieldErrorsOf(error['ErrorList']),
  };
}

/** Removes the debugging advice that the SDK adds to a message, because it does not concern a caller of the gateway. */
function withoutAdvice(message: string): string {
  const advice = message.indexOf('Deserialization error: ');
  const cause = advice === -1 ? message : message.slice(0, advice).trimEnd();
  return cause.replace(/^AWS SDK error wrapper for (?:Error: )?/, '');
}

/** Node tries every address of a host name, and reports all failures together. */
function firstOf(errors: unknown): Readonly<Record<string, unknown>> {
  return Array.isArray(errors) && isRecord(errors[0]) ? errors[0] : {};
}

/** A start has fewer members, so 50 wrong fields are enough. */
const MAX_FIELD_ERRORS = 50;

function fieldErrorsOf(list: unknown): FieldError[] {
  if (!Array.isArray(list)) return [];
  return list
    .slice(0, MAX_FIELD_ERRORS)
    .filter(isRecord)
    .map((item) => ({
      field: text(item['FieldName']) || null,
      code: word(item['Code']) || 'UNKNOWN',
      message: text(item['Message']),
    }));
}

/**
 * AWS's texts mention "the provided delay", which no shape of the model has. The HTTP header is its only possible
 * place.
 */
function retryAfterOf(response: unknown): number | null {
  const headers = isRecord(response) && isRecord(response['headers']) ? response['headers'] : {};
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function refusalMessage(details: ErrorDetails): string {
  if (details.reason === INCOMPATIBLE_STATE) {
    return (
      `${details.message || 'AWS denied access.'} (${details.reason}: the account has no active AWS Partner benefit ` +
      `state in this catalog.)`
    );
  }
  if (details.message !== '') return details.message;
  if (details.fieldErrors.length > 0) {
    const sentences = details.fieldErrors.map((e) => (e.field === null ? e.message : `${e.field}: ${e.message}`));
    return printable(sentences.join(' '));
  }
  return `AWS answered ${details.name} without a message.`;
}

function unknownMessage(details: ErrorDetails): string {
  if (details.name === 'SyntaxError') {
    const status = details.status === null ? '' : ` (HTTP ${details.status})`;
    return `The response is not from AWS: the body is not JSON${status}. A proxy may stand between the gateway and AWS.`;
  }
  if (details.message === 'aborted') return 'The connection broke in the middle of the answer.';
  const code = codeOf(details);
  return details.message === '' ? `The call failed with ${code}.` : `The call failed with ${code}: ${details.message}`;
}

/** AWS's messages have some hundred characters. */
const MAX_TEXT_LENGTH = 1000;
/** The longest name of an error in the model has 29 characters. */
const MAX_WORD_LENGTH = 100;

function text(value: unknown): string {
  return typeof value === 'string' ? printable(value, MAX_TEXT_LENGTH) : '';
}

/** A name or a code, or '' if the value is not a text. */
function word(value: unknown): string {
  return typeof value === 'string' ? printable(value, MAX_WORD_LENGTH) : '';
}
