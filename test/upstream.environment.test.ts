/**
 * Calls go to the endpoint that the SDK resolves. The gateway shows it, and the data belong to it. The genuine SDK
 * calls simulators over HTTP.
 */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { systemClock } from '../src/runtime/clock.js';
import type { Database } from '../src/db/database.js';
import { openDatabase } from '../src/db/open.js';
import { resolveEndpoint } from '../src/partner-central/endpoint.js';
import { createSimulator, type Simulator } from '../src/partner-central/simulator/simulator.js';
import { createTelemetry, type Telemetry } from '../src/runtime/telemetry.js';
import { StartError } from '../src/upstream.js';
import { closeLater } from './support/harness/task-harness.js';
import { temporaryDirectory } from './support/harness/directory.js';
import { configOf, type Settings } from './support/harness/gateway.js';
import { EFO_LIST } from './support/aws/partner-central.js';
import { connectUpstream } from './support/aws/upstream.js';

type Env = Readonly<Record<string, string>>;

/** `here` is the intended target of calls, and no call may reach `elsewhere`. */
let here: Simulator;
let elsewhere: Simulator;
const directory = temporaryDirectory();
const BASE: Env = {
  AWS_ACCESS_KEY_ID: 'any',
  AWS_SECRET_ACCESS_KEY: 'any',
  AWS_CONFIG_FILE: join(directory, 'config'),
  AWS_SHARED_CREDENTIALS_FILE: join(directory, 'none'),
  AWS_EC2_METADATA_DISABLED: 'true',
};
const before = { ...process.env };
const setEnv = (env: Env): void => {
  for (const name of Object.keys(process.env))
    if (name.startsWith('AWS_') && name !== 'AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED')
      delete process.env[name];
  Object.assign(process.env, BASE, env);
};

beforeAll(async () => {
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  here = await createSimulator({ clock: systemClock, readsPerSecond: 1000 });
  elsewhere = await createSimulator({ clock: systemClock, readsPerSecond: 1000 });
  const profiles = [
    `[profile url]\nendpoint_url = ${here.endpoint}`,
    `[profile services]\nservices = local\n[services local]\npartnercentral_selling =\n  endpoint_url = ` +
      `${here.endpoint}`,
    `[profile both]\nendpoint_url = ${elsewhere.endpoint}\nservices = local`,
    `[profile ignoring]\nendpoint_url = ${elsewhere.endpoint}\nignore_configured_endpoint_urls = true`,
    '[profile fips]\nuse_fips_endpoint = true',
    '[profile modes]\ndefaults_mode = bogus\nretry_mode = bogus\nmax_attempts = 7\nuse_dualstack_endpoint = true',
    '[profile gone]\nservices = gone',
  ];
  writeFileSync(BASE['AWS_CONFIG_FILE'] ?? '', profiles.join('\n'));
});
afterEach(() => {
  for (const name of Object.keys(process.env)) if (!(name in before)) delete process.env[name];
  Object.assign(process.env, before);
});
afterAll(() => Promise.all([here.close(), elsewhere.close()]));

async function openMemory(): Promise<Database> {
  const db = await openDatabase({ dataDir: ':memory:', clock: systemClock });
  closeLater(() => db.close());
  return db;
}

async function connect(settings: Settings, db: Database) {
  const warnings: string[] = [];
  const silent = createTelemetry({ level: 'silent' });
  const log: Telemetry['log'] = Object.assign(Object.create(silent.log), {
    warn: (text: unknown) => void warnings.push(String(text)),
  });
  const upstream = await connectUpstream({
    config: configOf(settings),
    db,
    clock: systemClock,
    telemetry: { ...silent, log },
  });
  closeLater(() => upstream.close());
  const { upstream: owner } = await db.sql.selectFrom('log_head').select('upstream').executeTakeFirstOrThrow();
  return { upstream, warnings, owner };
}

const AWS = 'https://partnercentral-selling.us-east-1.api.aws';
const FIPS = 'https://partnercentral-selling-fips.us-east-1.api.aws';
const VPC = 'https://vpce-1.partnercentral-selling.us-east-1.vpce.amazonaws.com';
const HERE = 'HERE';
const ELSEWHERE = 'ELSEWHERE';
const placed = (env: Env): Env =>
  Object.fromEntries(
    Object.entries(env).map(([name, value]) => [
      name,
      value.replace(ELSEWHERE, elsewhere.endpoint).replace(HERE, here.endpoint),
    ]),
  );

describe('resolveEndpoint', () => {
  test.each<[Env, string]>([
    [{}, AWS],
    [{ AWS_REGION: 'eu-west-1', AWS_DEFAULT_REGION: 'fips-us-east-1' }, AWS],
    [{ AWS_USE_DUALSTACK_ENDPOINT: 'true' }, AWS],
    [{ AWS_DEFAULTS_MODE: 'bogus', AWS_RETRY_MODE: 'bogus', AWS_MAX_ATTEMPTS: 'bogus' }, AWS],
    [{ AWS_PROFILE: 'modes' }, AWS],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, FIPS],
    [{ AWS_PROFILE: 'fips' }, FIPS],
    [{ AWS_PROFILE: 'ignoring' }, AWS],
    [{ AWS_ENDPOINT_URL: HERE, AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' }, AWS],
    [{ AWS_ENDPOINT_URL: AWS }, AWS],
  ])('the endpoint is an address of AWS with %j', async (env, address) => {
    setEnv(placed(env));
    expect(await resolveEndpoint('us-east-1', null)).toEqual({ type: 'aws', address });
  });

  test.each<[Env, boolean]>([
    [{ AWS_ENDPOINT_URL: HERE }, false],
    [{ AWS_ENDPOINT_URL: ELSEWHERE, AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING: HERE }, false],
    [{ AWS_ENDPOINT_URL: HERE, AWS_ENDPOINT_URL_STS: ELSEWHERE }, false],
    [{ AWS_PROFILE: 'url' }, false],
    [{ AWS_PROFILE: 'services' }, false],
    [{ AWS_PROFILE: 'both' }, false],
    [{ AWS_ENDPOINT_URL: HERE, AWS_PROFILE: 'ignoring', AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'false' }, false],
    [{ AWS_ENDPOINT_URL: HERE, AWS_USE_FIPS_ENDPOINT: 'true' }, true],
  ])('the endpoint is the configured one with %j', async (env, overrulesFips) => {
    setEnv(placed(env));
    expect(await resolveEndpoint('us-east-1', null)).toEqual({
      type: 'configured',
      address: here.endpoint,
      overrulesFips,
    });
  });

  test.each<Env>([{ AWS_ENDPOINT_URL: 'nonsense' }])(
    'an invalid endpoint is refused with its cause: %j',
    async (env) => {
      setEnv(env);
      expect(await resolveEndpoint('us-east-1', null)).toEqual({
        type: 'invalid',
        message: expect.stringMatching(/Invalid URL/),
      });
      const refused: unknown = await connect({ UPSTREAM: 'aws' }, await openMemory()).catch((error: unknown) => error);
      expect(refused).toBeInstanceOf(StartError);
      expect(String(refused)).toMatch(
        /^StartError: The SDK of AWS cannot resolve the endpoint: Invalid URL\. Check .* AWS_ENDPOINT_URL or endpoint_url\.$/,
      );
    },
  );
});

/** Variables that must neither lead a call away from a given endpoint nor prevent it. */
const HOSTILE: readonly Env[] = [
  { AWS_ENDPOINT_URL: ELSEWHERE },
  { AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING: ELSEWHERE },
  { AWS_ENDPOINT_URL: 'nonsense' },
  { AWS_IGNORE_CONFIGURED_ENDPOINT_URLS: 'true' },
  { AWS_USE_FIPS_ENDPOINT: 'true' },
  { AWS_USE_FIPS_ENDPOINT: 'maybe' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'true' },
  { AWS_USE_DUALSTACK_ENDPOINT: 'maybe' },
  { AWS_DEFAULTS_MODE: 'auto' },
  { AWS_DEFAULTS_MODE: 'bogus' },
  { AWS_RETRY_MODE: 'adaptive' },
  { AWS_RETRY_MODE: 'bogus' },
  { AWS_MAX_ATTEMPTS: 'bogus' },
  { AWS_REGION: 'fips-us-east-1' },
  { AWS_PROFILE: 'both' },
  { AWS_PROFILE: 'fips' },
  { AWS_PROFILE: 'modes' },
  { AWS_PROFILE: 'gone' },
  { AWS_PROFILE: 'no such profile' },
];

describe('the calls of an upstream', () => {
  test.each(HOSTILE)('a call reaches PARTNER_CENTRAL_ENDPOINT with %j', async (env) => {
    const key = { AWS_ACCESS_KEY_ID: '', AWS_SECRET_ACCESS_KEY: '' };
    setEnv({ ...placed(env), ...('AWS_PROFILE' in env ? key : {}) });
    // The SDK asks a profile for credentials before the variables. The built-in simulator needs none.
    const hasProfile = 'AWS_PROFILE' in env;
    const { upstream, owner } = await connect(
      hasProfile ? { DATA_DIR: ':memory:' } : { PARTNER_CENTRAL_ENDPOINT: here.endpoint },
      await openMemory(),
    );
    expect(await upstream.partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'ok' });
    expect(elsewhere.calls()).toEqual([]);
    expect([upstream.name, owner]).toEqual(hasProfile ? ['SIMULATOR', 'simulator'] : ['OTHER', here.endpoint]);
  });

  test('with UPSTREAM=aws, a call goes to PARTNER_CENTRAL_ENDPOINT in spite of FIPS, with a warning', async () => {
    setEnv({ AWS_USE_FIPS_ENDPOINT: 'true', AWS_ENDPOINT_URL: elsewhere.endpoint });
    const { upstream, owner, warnings } = await connect(
      { UPSTREAM: 'aws', PARTNER_CENTRAL_ENDPOINT: here.endpoint },
      await openMemory(),
    );
    expect(await upstream.partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'ok' });
    expect([upstream.name, upstream.label, owner]).toEqual([
      'AWS',
      `AWS (us-east-1) by way of ${here.endpoint}`,
      'aws',
    ]);
    expect(warnings).toEqual([
      `AWS_USE_FIPS_ENDPOINT, or use_fips_endpoint of the profile, has no effect: calls go to ${here.endpoint}, and ` +
        `the SDK has FIPS only for AWS's own addresses.`,
    ]);
  });

  test.each<Env>([
    { AWS_ENDPOINT_URL: HERE },
    { AWS_ENDPOINT_URL_PARTNERCENTRAL_SELLING: HERE },
    {
      AWS_ENDPOINT_URL: HERE,
      AWS_USE_FIPS_ENDPOINT: 'true',
      AWS_USE_DUALSTACK_ENDPOINT: 'true',
      AWS_DEFAULTS_MODE: 'bogus',
    },
  ])('with UPSTREAM=aws, a call goes to the endpoint of %j, which is shown and owns the data', async (env) => {
    setEnv(placed(env));
    const db = await openMemory();
    const { upstream, owner, warnings } = await connect({ UPSTREAM: 'aws' }, db);
    expect(await upstream.partnerCentral.listTasks(EFO_LIST)).toMatchObject({ type: 'ok' });
    const place = `${here.endpoint} (AWS_ENDPOINT_URL, or endpoint_url of the profile)`;
    expect([upstream.name, upstream.label, owner]).toEqual(['OTHER', `AWS's protocol at ${place}`, here.endpoint]);
    expect(warnings.at(-1)).toMatch(
      new RegExp(`If that leads to AWS, set PARTNER_CENTRAL_ENDPOINT=${here.endpoint} beside it`),
    );
    // The same data are refused for AWS, and accepted for the same address by another setting.
    setEnv({});
    await expect(connect({ UPSTREAM: 'aws' }, db)).rejects.toThrow(
      `written with PARTNER_CENTRAL_ENDPOINT=${here.endpoint}`,
    );
    await connect({ PARTNER_CENTRAL_ENDPOINT: here.endpoint }, db);
  });

  test('a gateway refuses the data of AWS when a variable leads elsewhere', async () => {
    const db = await openMemory();
    setEnv({});
    await connect({ UPSTREAM: 'aws' }, db);
    setEnv({ AWS_ENDPOINT_URL: here.endpoint });
    await expect(connect({ UPSTREAM: 'aws' }, db)).rejects.toThrow(
      /written with UPSTREAM=aws,.* This gateway runs with UPSTREAM=aws by way of http:\S+ \(AWS_ENDPOINT_URL, or endpoint_url of the profile\)\..* or set PARTNER_CENTRAL_ENDPOINT=http:\S+ beside UPSTREAM=aws if that leads to AWS\.$/,
    );
  });

  test.each<[Env, string, string]>([
    [{}, 'AWS (us-east-1)', 'aws'],
    [{ AWS_USE_FIPS_ENDPOINT: 'true' }, `AWS (us-east-1) at ${FIPS}`, 'aws'],
    [
      { AWS_ENDPOINT_URL: VPC },
      `AWS (us-east-1) by way of ${VPC} (AWS_ENDPOINT_URL, or endpoint_url of the profile)`,
      'aws',
    ],
  ])('a call goes to AWS itself with %j', async (env, label, owner) => {
    setEnv(env);
    const found = await connect({ UPSTREAM: 'aws' }, await openMemory());
    expect([found.upstream.name, found.upstream.label, found.owner, found.warnings]).toEqual(['AWS', label, owner, []]);
  });
});
