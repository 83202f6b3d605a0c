/**
 * What can go wrong in a call to Partner Central: a closed union, in which "nobody knows whether AWS took it" is a member of its own.
 * Errors are classified by name, never by HTTP status: AWS's reference gives every client error the status 400.
 */
import { isRecord } from '../runtime/guards.js';
import { printable } from './mappers/nullable.js';

/** AWS's definite answers to a start, and what the gateway says when no answer could be had. */
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
  /** AWS has decided, and would decide the same again. */
  | {
      readonly type: 'refused';
      readonly code: ErrorCode;
      /** The name of AWS's error. */
      readonly awsCode: string;
      readonly message: string;
      readonly fieldErrors: readonly FieldError[];
    }
  /** AWS took no notice of the call because there are too many. */
  | {
      readonly type: 'throttled';
      readonly awsCode: string;
      readonly message: string;
      readonly retryAfterMs: number | null;
    }
  /** The call never got as far as being worked on; an operator can mend the cause. */
  | { readonly type: 'unavailable'; readonly awsCode: string; readonly message: string }
  /** AWS may or may not have taken the call. Asked again with the same ClientToken it tells. */
  | { readonly type: 'unknown'; readonly awsCode: string; readonly message: string };

const REFUSALS: ReadonlyMap<string, ErrorCode> = new Map([
  ['ValidationException', 'VALIDATION_FAILED'],
  ['AccessDeniedException', 'ACCESS_DENIED'],
  ['ConflictException', 'CONFLICT'],
  ['ResourceNotFoundException', 'NOT_FOUND'],
  ['ServiceQuotaExceededException', 'QUOTA_EXCEEDED'],
]);

const TLS =
  'what answered could not prove to be AWS: check the clock of this machine, and NODE_EXTRA_CA_CERTS if a proxy inspects traffic';

/** What each error name that stands between the gateway and AWS asks of the operator. */
const UNAVAILABLE: ReadonlyMap<string, string> = new Map(
  Object.entries({
    CredentialsProviderError:
      'no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile (AWS_PROFILE) or a role for this process',
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
      'the host name could not be resolved: check DNS and the network, and PARTNER_CENTRAL_ENDPOINT, AWS_ENDPOINT_URL or AWS_USE_FIPS_ENDPOINT if one is set',
    EAI_AGAIN: 'the host name could not be resolved: check DNS and the network',
    EHOSTUNREACH: 'the host could not be reached: check the network',
    CERT_HAS_EXPIRED: TLS,
    DEPTH_ZERO_SELF_SIGNED_CERT: TLS,
    ERR_TLS_CERT_ALTNAME_INVALID: TLS,
    SELF_SIGNED_CERT_IN_CHAIN: TLS,
    UNABLE_TO_GET_ISSUER_CERT_LOCALLY: TLS,
    UNABLE_TO_VERIFY_LEAF_SIGNATURE: TLS,
    ENETUNREACH: 'the network could not be reached: check the network',
    EMFILE: 'this process has too many files and connections open: raise its limit of open files (ulimit -n)',
    ENFILE: 'this machine has too many files and connections open: raise its limit (fs.file-max)',
    EADDRNOTAVAIL: 'this machine has no local port left for a connection: check what keeps so many connections open',
    ENOBUFS: 'this machine has no memory left for connections: check what keeps so many open',
  }),
);

const INCOMPATIBLE_STATE = 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE';

const NO_CREDENTIALS = 'CredentialsProviderError';

/**
 * Turns whatever a call of the SDK threw into one of the four failures.
 * @param saidOfCredentials whole sentences about those that were not found
 */
export function classifyFailure(error: unknown, saidOfCredentials: string | null = null): CallFailure {
  const facts = factsOf(error);
  const refusal = REFUSALS.get(facts.name);
  if (refusal !== undefined) {
    return {
      type: 'refused',
      code: refusal,
      awsCode: facts.name,
      message: refusalMessage(facts),
      fieldErrors: facts.fieldErrors,
    };
  }
  if (facts.name === 'ThrottlingException') {
    return { type: 'throttled', awsCode: facts.name, message: facts.message, retryAfterMs: facts.retryAfterMs };
  }
  return (
    mendable(facts, saidOfCredentials) ?? { type: 'unknown', awsCode: codeOf(facts), message: unknownMessage(facts) }
  );
}

/**
 * The same where the request never left: whatever the error is called, AWS has not decided on the call. What stands in it may be a file's path or the
 * answer of another service to the gateway's own account, and is for the log only.
 */
export function classifyUnsent(error: unknown, saidOfCredentials: string | null = null): CallFailure {
  const facts = factsOf(error);
  const awsCode = codeOf(facts);
  const advice = 'check the credentials of this process, such as its role or token file; its log says more';
  const message = `AWS cannot be called: the request could not be made ready (${awsCode}): ${advice}.`;
  return mendable(facts, saidOfCredentials) ?? { type: 'unavailable', awsCode, message };
}

function mendable({ name, code, systemCall }: ErrorFacts, saidOfCredentials: string | null): CallFailure | null {
  // A connection that stood may break by the same codes, after the request was sent.
  if (systemCall === 'read' || systemCall === 'write') return null;
  for (const awsCode of [name, code]) {
    const advice = UNAVAILABLE.get(awsCode);
    if (advice === undefined) continue;
    const more = awsCode === NO_CREDENTIALS && saidOfCredentials !== null ? ` ${saidOfCredentials}` : '';
    return { type: 'unavailable', awsCode, message: `AWS cannot be called: ${advice}.${more}` };
  }
  // Nothing is sent before there is a connection, whatever is in its way.
  if (systemCall !== 'connect' && systemCall !== 'getaddrinfo') return null;
  const message = `AWS cannot be called: no connection could be made (${code}): check the network.`;
  return { type: 'unavailable', awsCode: code, message };
}

function codeOf({ name, code }: ErrorFacts): string {
  return code === '' ? name : code;
}

type ErrorFacts = {
  name: string;
  code: string;
  message: string;
  reason: string;
  /** The one that failed, as the operating system names it; '' when it was none. */
  systemCall: string;
  status: number | null;
  retryAfterMs: number | null;
  fieldErrors: FieldError[];
};

function factsOf(error: unknown): ErrorFacts {
  if (!isRecord(error)) {
    const nothing = { code: '', reason: '', systemCall: '', status: null, retryAfterMs: null, fieldErrors: [] };
    return { ...nothing, name: 'Error', message: text(String(error)) };
  }
  const metadata = isRecord(error['$metadata']) ? error['$metadata'] : {};
  const status = metadata['httpStatusCode'];
  // The SDK writes 'UnknownError' where AWS sent no message; the useful part is then in the list of fields.
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

/** What the SDK adds to a message for whoever debugs it is nothing for the caller of a gateway. */
function withoutAdvice(message: string): string {
  const advice = message.indexOf('Deserialization error: ');
  const said = advice === -1 ? message : message.slice(0, advice).trimEnd();
  return said.replace(/^AWS SDK error wrapper for (?:Error: )?/, '');
}

/** Node tries every address of a host name, and reports all failures together. */
function firstOf(errors: unknown): Readonly<Record<string, unknown>> {
  return Array.isArray(errors) && isRecord(errors[0]) ? errors[0] : {};
}

/** A start has fewer members. */
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

/** AWS's texts speak of "the provided delay", which no shape has: if there is one it is the HTTP header. */
function retryAfterOf(response: unknown): number | null {
  const headers = isRecord(response) && isRecord(response['headers']) ? response['headers'] : {};
  const seconds = Number(headers['retry-after'] ?? Number.NaN);
  return Number.isFinite(seconds) && seconds >= 0 ? seconds * 1000 : null;
}

function refusalMessage(facts: ErrorFacts): string {
  if (facts.reason === INCOMPATIBLE_STATE) {
    return `${facts.message || 'AWS denied access.'} (${facts.reason}: the account has no active AWS Partner benefit state in this catalog.)`;
  }
  if (facts.message !== '') return facts.message;
  if (facts.fieldErrors.length > 0) {
    const sentences = facts.fieldErrors.map((e) => (e.field === null ? e.message : `${e.field}: ${e.message}`));
    return printable(sentences.join(' '));
  }
  return `AWS answered ${facts.name} without a message.`;
}

function unknownMessage(facts: ErrorFacts): string {
  if (facts.name === 'SyntaxError') {
    const status = facts.status === null ? '' : ` (HTTP ${facts.status})`;
    return `What answered was not AWS: the body is not JSON${status}. A proxy may stand between the gateway and AWS.`;
  }
  if (facts.message === 'aborted') return 'The connection broke in the middle of the answer.';
  const what = codeOf(facts);
  return facts.message === '' ? `The call failed with ${what}.` : `The call failed with ${what}: ${facts.message}`;
}

/** AWS's sentences for people have some hundred characters. */
const MAX_TEXT_LENGTH = 1000;
/** The longest name of an error in the model has 29 characters. */
const MAX_WORD_LENGTH = 100;

function text(value: unknown): string {
  return typeof value === 'string' ? printable(value, MAX_TEXT_LENGTH) : '';
}

/** A name or a code. */
function word(value: unknown): string {
  return typeof value === 'string' ? printable(value, MAX_WORD_LENGTH) : '';
}
