import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import fc from 'fast-check';
import { classifyFailure, classifyUnsent } from '../../src/partner-central/failure.js';

const META = { $fault: 'client', $metadata: {} } as const;

/** An error as the SDK throws it for a name that it does not model. */
function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('some text'), { name, ...META, ...more });
}

describe('a refusal', () => {
  test.each([
    [
      new sdk.ValidationException({ ...META, message: 'm', Message: 'm', Reason: 'REQUEST_VALIDATION_FAILED' }),
      'VALIDATION_FAILED',
    ],
    [new sdk.AccessDeniedException({ ...META, message: 'm' }), 'ACCESS_DENIED'],
    [new sdk.ConflictException({ ...META, message: 'm' }), 'CONFLICT'],
    [new sdk.ResourceNotFoundException({ ...META, message: 'm' }), 'NOT_FOUND'],
    [new sdk.ServiceQuotaExceededException({ ...META, message: 'm' }), 'QUOTA_EXCEEDED'],
  ])('is known by its name: %p', (error, code) => {
    expect(classifyFailure(error)).toEqual({
      type: 'refused',
      code,
      awsCode: error.name,
      message: 'm',
      fieldErrors: [],
    });
  });

  test.each([200, 400, 403, 404, 409, 429, 500, 503])('is one with the HTTP status %d too', (httpStatusCode) => {
    const error = new sdk.ConflictException({ ...META, $metadata: { httpStatusCode }, message: 'm' });
    expect(classifyFailure(error)).toMatchObject({ type: 'refused', code: 'CONFLICT' });
  });

  test('of the input names every field', () => {
    const error = new sdk.ValidationException({
      ...META,
      message: 'two errors',
      Message: 'two errors',
      Reason: 'BUSINESS_VALIDATION_FAILED',
      ErrorList: [
        { FieldName: 'project.title', Message: 'is required', Code: 'REQUIRED_FIELD_MISSING' },
        { FieldName: undefined, Message: 'too many', Code: 'TOO_MANY_VALUES' },
      ],
    });
    expect(classifyFailure(error)).toMatchObject({
      message: 'two errors',
      fieldErrors: [
        { field: 'project.title', code: 'REQUIRED_FIELD_MISSING', message: 'is required' },
        { field: null, code: 'TOO_MANY_VALUES', message: 'too many' },
      ],
    });
  });

  test.each(['', 'UnknownError', undefined])('of the input whose message is %j says what its fields say', (message) => {
    const ErrorList = [
      { FieldName: 'identifier', Message: 'is wrong', Code: 'INVALID_VALUE' },
      { Message: 'is late', Code: 'INVALID_VALUE' },
    ];
    expect(classifyFailure({ name: 'ValidationException', message, ErrorList })).toMatchObject({
      message: 'identifier: is wrong is late',
    });
  });

  test('without any text says at least its name', () => {
    expect(classifyFailure({ name: 'ConflictException', message: '' })).toMatchObject({
      message: 'AWS answered ConflictException without a message.',
    });
  });

  test.each(['no', ''])('for the state of the partner says so beside the message %j', (message) => {
    const error = new sdk.AccessDeniedException({ ...META, message, Reason: 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE' });
    const failure = classifyFailure(error);
    expect(failure).toMatchObject({ type: 'refused', code: 'ACCESS_DENIED' });
    expect(failure.message).toContain(message || 'AWS denied access.');
    expect(failure.message).toContain('INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE');
  });

  test('with a list of fields that is none is a refusal without fields', () => {
    for (const ErrorList of ['x', 5, null, {}, [null, 'x', 7]]) {
      expect(classifyFailure({ name: 'ValidationException', message: 'm', ErrorList })).toMatchObject({
        type: 'refused',
        fieldErrors: [],
      });
    }
    expect(classifyFailure({ name: 'ValidationException', message: 'm', ErrorList: [{}] })).toMatchObject({
      fieldErrors: [{ field: null, code: 'UNKNOWN', message: '' }],
    });
  });
});

describe('throttling', () => {
  test.each([
    [undefined, null],
    ['2', 2000],
    ['0', 0],
    ['0.5', 500],
    ['-1', null],
    ['soon', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
  ])('with the header Retry-After %j asks for %j ms', (header, retryAfterMs) => {
    const error = new sdk.ThrottlingException({ ...META, message: 'Rate exceeded' });
    const response = header === undefined ? {} : { $response: { headers: { 'retry-after': header } } };
    expect(classifyFailure(Object.assign(error, response))).toEqual({
      type: 'throttled',
      awsCode: 'ThrottlingException',
      message: 'Rate exceeded',
      retryAfterMs,
    });
  });
});

describe('a call that did not get to be worked on', () => {
  test.each([
    'CredentialsProviderError',
    'TokenProviderError',
    'UnrecognizedClientException',
    'InvalidClientTokenId',
    'InvalidSignatureException',
    'SignatureDoesNotMatch',
    'IncompleteSignature',
    'MissingAuthenticationTokenException',
    'ExpiredTokenException',
    'ExpiredToken',
    'RequestExpired',
    'RequestTimeTooSkewed',
    'OptInRequired',
    'EndpointError',
  ])('is known by the name %s, and says what an operator can do', (name) => {
    const failure = classifyFailure(named(name));
    expect(failure).toMatchObject({ type: 'unavailable', awsCode: name });
    expect(failure.message).toMatch(/^AWS cannot be called: .+: .+\.$/);
  });

  test('for want of an address says which settings lead there, and nothing of credentials', () => {
    expect(classifyUnsent(named('EndpointError')).message).toMatch(/AWS_ENDPOINT_URL and AWS_USE_FIPS_ENDPOINT\.$/);
    expect(classifyUnsent(named('EndpointError')).message).not.toMatch(/credentials/);
  });

  test('for want of credentials says also what the SDK said of them, and for anything else does not', () => {
    const said = 'Token is expired.';
    expect(classifyFailure(named('CredentialsProviderError'), said).message).toMatch(
      /or a role for this process\. Token is expired\.$/,
    );
    for (const name of ['ExpiredTokenException', 'ValidationException', 'TeapotException'])
      expect(classifyFailure(named(name), said).message).not.toContain(said);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'is known by the code %s, also of its cause',
    (code) => {
      expect(classifyFailure(Object.assign(new Error('x'), { code }))).toMatchObject({
        type: 'unavailable',
        awsCode: code,
      });
      expect(classifyFailure(new Error('x', { cause: Object.assign(new Error('y'), { code }) }))).toMatchObject({
        type: 'unavailable',
        awsCode: code,
      });
      expect(classifyFailure(Object.assign(new AggregateError([new Error('x')]), { code }))).toMatchObject({
        type: 'unavailable',
        awsCode: code,
      });
    },
  );
});

describe('a call without a connection', () => {
  const failed = (code: string, syscall: string) => Object.assign(new Error('x'), { code, syscall });

  test.each([
    'EMFILE',
    'ENFILE',
    'ENOBUFS',
    'EADDRNOTAVAIL',
    'ETIMEDOUT',
    'ECONNRESET',
    'EACCES',
    'ENOMEM',
    'EINVAL',
    'ENETDOWN',
  ])('has not reached AWS: %s', (code) => {
    for (const error of [
      failed(code, 'connect'),
      new Error('y', { cause: failed(code, 'connect') }),
      Object.assign(new AggregateError([failed(code, 'connect')]), { code }),
    ]) {
      expect(classifyFailure(error)).toMatchObject({
        type: 'unavailable',
        awsCode: code,
        message: expect.stringMatching(/^AWS cannot be called: .+: .+\.$/),
      });
    }
  });

  test('has not reached AWS when the name of the host cannot be looked up for want of descriptors', () => {
    expect(classifyFailure(failed('EMFILE', 'getaddrinfo'))).toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('ulimit -n'),
    });
    expect(classifyFailure(failed('ENOMEM', 'getaddrinfo'))).toMatchObject({ type: 'unavailable', awsCode: 'ENOMEM' });
  });

  test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ENOBUFS', 'ECONNRESET', 'EPIPE'])(
    'that stood and broke with %s may have reached AWS',
    (code) => {
      for (const syscall of ['read', 'write'])
        expect(classifyFailure(failed(code, syscall))).toMatchObject({ type: 'unknown', awsCode: code });
    },
  );
});

describe('a call that may have reached AWS', () => {
  test.each([
    'InternalServerException',
    'ServiceUnavailable',
    'TeapotException',
    'TimeoutError',
    'AbortError',
    'TypeError',
  ])('is known by any other name, such as %s', (name) => {
    expect(classifyFailure(named(name))).toEqual({
      type: 'unknown',
      awsCode: name,
      message: `The call failed with ${name}: some text`,
    });
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('is known by any other code, such as %s', (code) => {
    expect(classifyFailure(Object.assign(new Error('gone'), { code }))).toEqual({
      type: 'unknown',
      awsCode: code,
      message: `The call failed with ${code}: gone`,
    });
  });

  test.each([
    [{ httpStatusCode: 502 }, ' (HTTP 502)'],
    [{}, ''],
  ])('is one whose answer is a page and not JSON: %j', ($metadata, status) => {
    const error = Object.assign(new SyntaxError('Unexpected token < in JSON'), { $metadata });
    expect(classifyFailure(error)).toEqual({
      type: 'unknown',
      awsCode: 'SyntaxError',
      message: `What answered was not AWS: the body is not JSON${status}. A proxy may stand between the gateway and AWS.`,
    });
  });

  test.each([['a text'], [undefined], [null], [7], [Symbol('x')], [{}], [[]]])(
    'is whatever else is thrown: %p',
    (thrown) => {
      expect(classifyFailure(thrown)).toMatchObject({ type: 'unknown', awsCode: 'Error' });
    },
  );

  test('is everything whose name is none of those, whatever it looks like', () => {
    const KNOWN = /^(Validation|AccessDenied|Conflict|ResourceNotFound|ServiceQuotaExceeded|Throttling)Exception$/;
    const aName = fc.oneof(
      fc.string(),
      fc.constantFrom('constructor', 'toString', '__proto__', 'hasOwnProperty', 'valueOf'),
    );
    fc.assert(
      fc.property(
        fc.record({ name: aName, code: aName, message: fc.anything(), cause: fc.anything(), $metadata: fc.anything() }),
        (thrown) => {
          fc.pre(!KNOWN.test(thrown.name));
          const failure = classifyFailure(thrown);
          expect(failure.type).toBe('unknown');
          expect(failure.message).not.toBe('');
        },
      ),
      { verbose: 1 },
    );
  });
});
