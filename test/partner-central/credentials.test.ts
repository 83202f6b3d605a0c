/** Runs the genuine SDK and its files in child processes, because the SDK reads its files only once. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { beforeAll, describe, expect, test } from '@jest/globals';
import { createCredentialsLog } from '../../src/partner-central/credentials.js';
import { temporaryDirectory } from '../support/harness/directory.js';
import { EFO_LIST } from '../support/aws/partner-central.js';

const ADVICE =
  'AWS cannot be called: no AWS credentials were found: set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, a profile ' +
  '(AWS_PROFILE) or a role for this process.';
const SIGN_IN = "To refresh this SSO session run 'aws sso login' with the corresponding profile.";
const SSO = 'sso_start_url = https://corp.awsapps.com/start\nsso_region = us-east-1\n';
const ROLE = 'role_arn = arn:aws:iam::111122223333:role/x\n';
const ACCOUNT = 'sso_account_id = 111122223333\nsso_role_name = Dev\n';

const CONFIG = `
[profile signed-out]
sso_session = signed-out
${ACCOUNT}
[sso-session signed-out]
${SSO}
[profile signed-out-of-old]
${SSO}${ACCOUNT}
[profile expired]
sso_session = expired
${ACCOUNT}
[sso-session expired]
${SSO}
[profile failing]
credential_process = /bin/sh -c 'echo hidden-output >&2; exit 3' --password hidden-argument
[profile talking]
credential_process = echo hidden-output
[profile late]
credential_process = echo '{"Version":1,"AccessKeyId":"hidden-key","SecretAccessKey":"hidden-secret","Expiration":"2020-01-01T00:00:00Z"}'
[profile sourceless]
${ROLE}source_profile = gone
[profile guarded]
${ROLE}source_profile = keys
mfa_serial = arn:aws:iam::111122223333:mfa/me
[profile keys]
aws_access_key_id = hidden-key
aws_secret_access_key = hidden-secret
[profile tokenless]
role_arn = arn:aws:iam::111122223333:role/x
web_identity_token_file = /hidden/token
[profile login]
login_session = arn:aws:iam::111122223333:user/hidden
region = us-east-1
`;

const home = temporaryDirectory();
beforeAll(() => {
  writeFileSync(join(home, 'config'), CONFIG);
  const cache = join(home, '.aws', 'sso', 'cache');
  mkdirSync(cache, { recursive: true });
  const token = {
    accessToken: 'hidden-token',
    expiresAt: '2020-01-01T00:00:00Z',
    clientId: 'x',
    clientSecret: 'hidden-secret',
    refreshToken: 'hidden-token',
    registrationExpiresAt: '2020-01-01T00:00:00Z',
  };
  writeFileSync(join(cache, `${createHash('sha1').update('expired').digest('hex')}.json`), JSON.stringify(token));
});

/** The messages of two reads. The reason of the first read must neither be lost nor be doubled. */
async function messagesWith(profile: string | null): Promise<unknown> {
  const script = `
    import { createPartnerCentral } from ${JSON.stringify(new URL('../../src/partner-central/client.js', import.meta.url).href)};
    import { systemClock } from ${JSON.stringify(new URL('../../src/runtime/clock.js', import.meta.url).href)};
    const telemetry = { awsCalled() {}, callNotSent() {} };
    const partnerCentral = createPartnerCentral({ region: 'us-east-1', endpoint: 'http://127.0.0.1:1', credentials: null, clock: systemClock, telemetry });
    const messages = [];
    for (let time = 0; time < 2; time += 1) messages.push((await partnerCentral.listTasks(${JSON.stringify(EFO_LIST)})).message);
    console.log(JSON.stringify(messages));
  `;
  const env = {
    PATH: process.env['PATH'] ?? '',
    HOME: home,
    AWS_CONFIG_FILE: join(home, 'config'),
    AWS_SHARED_CREDENTIALS_FILE: join(home, 'none'),
    AWS_EC2_METADATA_DISABLED: 'true',
  };
  const named = profile === null ? {} : { AWS_PROFILE: profile };
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '--eval', script], {
    env: { ...env, ...named },
  });
  return JSON.parse(stdout);
}

describe('the message for missing credentials', () => {
  test.each([
    ['nowhere', 'Could not resolve credentials using profile: [nowhere] in configuration/credentials file(s).'],
    ['signed-out', `The SSO session token associated with profile=signed-out was not found or is invalid. ${SIGN_IN}`],
    ['signed-out-of-old', `The SSO session associated with this profile is invalid. ${SIGN_IN.replaceAll("'", '')}`],
    ['expired', `Token is expired. ${SIGN_IN}`],
    ['failing', 'The credential_process of the profile failed.'],
    ['talking', 'Profile talking credential_process returned invalid JSON.'],
    ['late', 'Profile late credential_process returned expired credentials.'],
    ['sourceless', 'Could not resolve credentials using profile: [gone] in configuration/credentials file(s).'],
    ['guarded', 'Profile guarded requires multi-factor authentication, but no MFA code callback was provided.'],
    ['login', 'The session of aws login could not be used: sign in again (aws login).'],
  ])('the profile %s adds the reason of the SDK to the advice', async (profile, reason) => {
    const message = `${ADVICE} ${reason}`;
    expect(await messagesWith(profile)).toEqual([message, message]);
  });

  test('a missing token file is not named', async () => {
    const message =
      'AWS cannot be called: the request could not be prepared (ENOENT): check the credentials of this process, ' +
      'such as its role or token file; its log says more.';
    expect(await messagesWith('tokenless')).toEqual([message, message]);
  });

  test('credentials that are configured nowhere have the advice alone', async () => {
    expect(await messagesWith(null)).toEqual([ADVICE, ADVICE]);
  });
});

describe('createCredentialsLog', () => {
  const lastReasonOf = (...reasons: string[]): string | null => {
    const log = createCredentialsLog(() => undefined);
    for (const reason of reasons) log.logger.debug(`@smithy/property-provider -> ${reason}`);
    return log.lastReason();
  };

  test.each([
    'Command failed: get-keys --password hidden\nhidden',
    'Failed to load token from /home/ann/.aws/login/cache/hidden.json: SyntaxError: Unexpected token h in JSON',
    'SyntaxError: Unexpected token \'h\', "hidden" is not valid JSON',
    'http://user:hidden@host is not a valid container metadata service URL',
    'Profile is configured with invalid SSO credentials. Required parameters are missing\nhidden',
  ])('a reason that quotes a command, a file or an address is not passed on: %j', (reason) => {
    expect(lastReasonOf(reason) ?? '').not.toContain('hidden');
  });

  test('a new search for credentials discards the last reason', () => {
    expect(lastReasonOf('Token is expired. Sign in', 'Unable to find environment variable credentials.')).toBeNull();
    expect(
      lastReasonOf(
        'Token is expired. Sign in',
        'AWS_PROFILE is set, skipping fromEnv provider.',
        'Could not load credentials from any providers',
      ),
    ).toBeNull();
  });

  test('a reason ends with a full stop', () => {
    expect(lastReasonOf('UnauthorizedException: Session token not found or invalid')).toBe(
      'UnauthorizedException: Session token not found or invalid.',
    );
  });
});
