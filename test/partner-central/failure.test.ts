import { describe, expect, test } from '@jest/globals';
import * as sdk from '@aws-sdk/client-partnercentral-selling';
import fc from 'fast-check';
import { classifyFailure, classifyUnsent } from '../../src/partner-central/failure.js';

const META = { $fault: 'client', $metadata: {} } as const;

/** The error that the SDK throws for a name that it does not model. */
function named(name: string, more: object = {}): Error {
  return Object.assign(new Error('some text'), { name, ...META, ...more });
}

describe('classifyFailure: refused', () => {
  test.each([
    [
      new sdk.ValidationException({ ...META, message: 'm', Message: 'm', Reason: 'REQUEST_VALIDATION_FAILED' }),
      'VALIDATION_FAILED',
    ],
    [new sdk.AccessDeniedException({ ...META, message: 'm' }), 'ACCESS_DENIED'],
    [new sdk.ConflictException({ ...META, message: 'm' }), 'CONFLICT'],
    [new sdk.ResourceNotFoundException({ ...META, message: 'm' }), 'NOT_FOUND'],
    [new sdk.ServiceQuotaExceededException({ ...META, message: 'm' }), 'QUOTA_EXCEEDED'],
  ])('a refusal is recognised by its name: %p', (error, code) => {
    expect(classifyFailure(error)).toEqual({
      type: 'refused',
      code,
      awsCode: error.name,
      message: 'm',
      fieldErrors: [],
    });
  });

  test.each([200, 400, 403, 404, 409, 429, 500, 503])(
    'a refusal with the HTTP status %d is recognised by its name',
    (httpStatusCode) => {
      const error = new sdk.ConflictException({ ...META, $metadata: { httpStatusCode }, message: 'm' });
      expect(classifyFailure(error)).toMatchObject({ type: 'refused', code: 'CONFLICT' });
    },
  );

  test('a refusal of the input names every field', () => {
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

  test.each(['', 'UnknownError', undefined])(
    'a refusal with the message %j has the messages of its fields',
    (message) => {
      const ErrorList = [
        { FieldName: 'identifier', Message: 'is wrong', Code: 'INVALID_VALUE' },
        { Message: 'is late', Code: 'INVALID_VALUE' },
      ];
      expect(classifyFailure({ name: 'ValidationException', message, ErrorList })).toMatchObject({
        message: 'identifier: is wrong is late',
      });
    },
  );

  test('a refusal without any text has its name as the message', () => {
    expect(classifyFailure({ name: 'ConflictException', message: '' })).toMatchObject({
      message: 'AWS answered ConflictException without a message.',
    });
  });

  test.each(['no', ''])('a refusal for the state of the partner adds that state to the message %j', (message) => {
    const error = new sdk.AccessDeniedException({ ...META, message, Reason: 'INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE' });
    const failure = classifyFailure(error);
    expect(failure).toMatchObject({ type: 'refused', code: 'ACCESS_DENIED' });
    expect(failure.message).toContain(message || 'AWS denied access.');
    expect(failure.message).toContain('INCOMPATIBLE_BENEFIT_AWS_PARTNER_STATE');
  });

  test('a refusal with an unreadable list of fields has no fields', () => {
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

describe('classifyFailure: throttled', () => {
  test.each([
    [undefined, null],
    ['2', 2000],
    ['0', 0],
    ['0.5', 500],
    ['-1', null],
    ['soon', null],
    ['Wed, 21 Oct 2026 07:28:00 GMT', null],
  ])('the header Retry-After %j gives a wait of %j ms', (header, retryAfterMs) => {
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

describe('classifyFailure: unavailable', () => {
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
  ])('the error %s is unavailable, and its message has a remedy', (name) => {
    const failure = classifyFailure(named(name));
    expect(failure).toMatchObject({ type: 'unavailable', awsCode: name });
    expect(failure.message).toMatch(/^AWS cannot be called: .+: .+\.$/);
  });

  test('a missing endpoint names the settings that lead to it, and no credentials', () => {
    expect(classifyUnsent(named('EndpointError')).message).toMatch(/AWS_ENDPOINT_URL and AWS_USE_FIPS_ENDPOINT\.$/);
    expect(classifyUnsent(named('EndpointError')).message).not.toMatch(/credentials/);
  });

  test('missing credentials have the reason of the SDK, and other errors do not', () => {
    const reason = 'Token is expired.';
    expect(classifyFailure(named('CredentialsProviderError'), reason).message).toMatch(
      /or a role for this process\. Token is expired\.$/,
    );
    for (const name of ['ExpiredTokenException', 'ValidationException', 'TeapotException'])
      expect(classifyFailure(named(name), reason).message).not.toContain(reason);
  });

  test.each(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH'])(
    'the code %s is unavailable, also as the code of the cause',
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

describe('classifyFailure: a system call', () => {
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
  ])('a failed connection with %s has not reached AWS', (code) => {
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

  test('a failed look-up of the host name has not reached AWS', () => {
    expect(classifyFailure(failed('EMFILE', 'getaddrinfo'))).toMatchObject({
      type: 'unavailable',
      message: expect.stringContaining('ulimit -n'),
    });
    expect(classifyFailure(failed('ENOMEM', 'getaddrinfo'))).toMatchObject({ type: 'unavailable', awsCode: 'ENOMEM' });
  });

  test.each(['EHOSTUNREACH', 'ENETUNREACH', 'ENOBUFS', 'ECONNRESET', 'EPIPE'])(
    'an established connection that broke with %s may have reached AWS',
    (code) => {
      for (const syscall of ['read', 'write'])
        expect(classifyFailure(failed(code, syscall))).toMatchObject({ type: 'unknown', awsCode: code });
    },
  );
});

describe('classifyFailure: unknown', () => {
  test.each([
    'InternalServerException',
    'ServiceUnavailable',
    'TeapotException',
    'TimeoutError',
    'AbortError',
    'TypeError',
  ])('any other name is unknown, such as %s', (name) => {
    expect(classifyFailure(named(name))).toEqual({
      type: 'unknown',
      awsCode: name,
      message: `The call failed with ${name}: some text`,
    });
  });

  test.each(['ECONNRESET', 'EPIPE', 'ETIMEDOUT'])('any other code is unknown, such as %s', (code) => {
    expect(classifyFailure(Object.assign(new Error('gone'), { code }))).toEqual({
      type: 'unknown',
      awsCode: code,
      message: `The call failed with ${code}: gone`,
    });
  });

  test.each([
    [{ httpStatusCode: 502 }, ' (HTTP 502)'],
    [{}, ''],
  ])('an answer that is not JSON is unknown: %j', ($metadata, status) => {
    const error = Object.assign(new SyntaxError('Unexpected token < in JSON'), { $metadata });
    expect(classifyFailure(error)).toEqual({
      type: 'unknown',
      awsCode: 'SyntaxError',
      message: `The response is not from AWS: the body is not JSON${status}. A proxy may stand between the gateway and AWS.`,
    });
  });

  test.each([['a text'], [undefined], [null], [7], [Symbol('x')], [{}], [[]]])(
    'any other thrown value is unknown: %p',
    (thrown) => {
      expect(classifyFailure(thrown)).toMatchObject({ type: 'unknown', awsCode: 'Error' });
    },
  );

  test('an error of any other form is unknown, and has a message', () => {
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
