/**
 * Arbitrary tokens and arbitrary answers of the issuer. Each call ends soon, with a caller, 401 or 503. Only the
 * genuine token of a published key gives access. No error is unexpected, and the log stays short.
 */
import { createServer, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { SignJWT, exportJWK, generateKeyPair } from 'jose';
import { systemClock } from '../../../src/runtime/clock.js';
import { createAuthenticator, type AuthOutcome, type Authenticator } from '../../../src/server/security/auth.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { createRandom, type Random } from '../../support/fakes/random.js';
import type { Campaign } from '../campaign.js';

const AUDIENCE = 'the-gateway';
const TOKENS_FOR_EACH_ANSWER = 25;
/** The processor time that one probe may take. Elapsed time would count other work of a busy machine. */
const MOST_PROCESSOR_MS = 200;
/** A slow token is slow each time. A single slow call met a garbage collection or a compilation. */
const TRIES = 3;
/** The log words each answer once, and each key that cannot be used. */
const MOST_LINES = 10;

const TEXTS = [
  '',
  'kid',
  'key',
  'ES256',
  'none',
  'HS256',
  '__proto__',
  'constructor',
  'sig',
  'AA',
  'http://127.0.0.1:1/',
  '\u0000',
  '\ud800',
  'x'.repeat(5000),
];

function anyJson(random: Random, depth: number): string {
  const kind = depth === 0 ? random.between(0, 5) : random.between(0, 8);
  if (kind < 1) return random.pick(['null', 'true', 'false']);
  if (kind < 2) return random.pick(['0', '-1', '1e308', '9007199254740993', '0.1']);
  if (kind < 5) return JSON.stringify(random.pick(TEXTS));
  const members = Array.from({ length: Math.floor(random.between(0, 5)) }, () => anyJson(random, depth - 1));
  if (kind < 6.5) return `[${members.join()}]`;
  return `{${members.map((member) => `${JSON.stringify(random.pick(TEXTS))}:${member}`).join()}}`;
}

function mutated(random: Random, text: string): string {
  const at = Math.floor(random.between(0, text.length));
  const length = Math.floor(random.between(0, 20));
  return random.pick([
    () => text.slice(0, at),
    () => text.slice(0, at) + text.slice(at + length),
    () => text.slice(0, at) + String.fromCharCode(random.between(0, 256)) + text.slice(at + 1),
    () => text.slice(0, at) + text.slice(at, at + length).repeat(3) + text.slice(at),
    () => text.slice(0, at) + anyJson(random, 2) + text.slice(at + 1),
  ])();
}

function deep(random: Random): string {
  const levels = Math.floor(random.between(60, 20_000));
  return random.chance(0.5)
    ? `${'['.repeat(levels)}${']'.repeat(levels)}`
    : `${'{"keys":'.repeat(levels)}1${'}'.repeat(levels)}`;
}

function anyAnswer(random: Random, keySet: string): (response: ServerResponse) => void {
  return random.pick<(response: ServerResponse) => void>([
    (response) => response.end(keySet),
    (response) => response.end(mutated(random, keySet)),
    (response) => response.end(mutated(random, mutated(random, keySet))),
    (response) => response.end(anyJson(random, 5)),
    (response) => response.end(`{"keys":[${anyJson(random, 4)},${anyJson(random, 4)}]}`),
    (response) => response.end(deep(random)),
    (response) => response.end(`{"keys":${deep(random)}}`),
    (response) => response.end(`{"keys":[${'{},'.repeat(random.between(1, 2000))}{}]}`),
    (response) => response.end(' '.repeat(random.between(0, 3 * 1024 * 1024))),
    (response) => response.writeHead(Math.floor(random.between(200, 600)), { location: '/' }).end(keySet),
    (response) =>
      response.writeHead(200, { 'content-encoding': random.pick(['gzip', 'br', 'deflate', 'x']) }).end(keySet),
    (response) =>
      response.writeHead(200, { 'content-length': String(keySet.length * 2) }).write(keySet, () => response.destroy()),
    (response) => response.destroy(),
  ]);
}

function anyToken(random: Random, genuine: string): string {
  const encoded = (text: string) => Buffer.from(text).toString('base64url');
  const [head = '', payload = '', signature = ''] = genuine.split('.');
  const text = (part: string) => Buffer.from(part, 'base64url').toString('latin1');
  return random.pick([
    () => mutated(random, genuine),
    () => `${encoded(mutated(random, text(head)))}.${payload}.${signature}`,
    () => `${head}.${encoded(mutated(random, text(payload)))}.${signature}`,
    () => `${head}.${payload}.${encoded(mutated(random, text(signature)))}`,
    () => `${encoded(`{"alg":"ES256","kid":${anyJson(random, 3)}}`)}.${payload}.${signature}`,
    () => `${encoded(`{"alg":"ES256","kid":"key","crit":${anyJson(random, 3)}}`)}.${payload}.${signature}`,
    () => `${encoded(anyJson(random, 3))}.${encoded(anyJson(random, 3))}.${encoded(anyJson(random, 1))}`,
    () => `${encoded(deep(random))}.${payload}.${signature}`,
    () => random.pick(['.', '..', ' ', 'Bearer ', '\u0000']).repeat(random.between(1, 50_000)),
  ])();
}

/** Tokens are the same if they differ only in bits that no decoder reads. */
function isSameToken(one: string, other: string): boolean {
  const decoded = (token: string) => token.split('.').map((part) => Buffer.from(part, 'base64url').toString('hex'));
  return decoded(one).join('.') === decoded(other.trim().replace(/^bearer\s+/i, '')).join('.');
}

function answerOf(outcome: AuthOutcome): string {
  return outcome.kind === 'caller' ? 'caller' : String(outcome.requestError.status);
}

/** The outcome of one token, and the processor time of this process until then. */
async function judged(auth: Authenticator, header: string): Promise<{ readonly outcome: string; readonly ms: number }> {
  const before = process.cpuUsage();
  const outcome = await auth.authenticate(header).then(answerOf, (error: unknown) => `a throw of ${String(error)}`);
  const { user, system } = process.cpuUsage(before);
  return { outcome, ms: (user + system) / 1000 };
}

export const tokens: Campaign = async (options) => {
  const { inputs, seed } = options;
  const random = createRandom(seed, 'tokens');
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const keySet = JSON.stringify({ keys: [{ ...(await exportJWK(publicKey)), kid: 'key', alg: 'ES256', use: 'sig' }] });
  let answer: (response: ServerResponse) => void = (response) => response.end(keySet);
  let isDiscoveryHonest = false;
  const server = createServer((request, response) => {
    response.on('error', () => {});
    if (isDiscoveryHonest && request.url?.startsWith('/.well-known') === true)
      response.end(JSON.stringify({ issuer, jwks_uri: `${issuer}/keys` }));
    else answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const genuine = await new SignJWT({ scope: 'tasks:read' })
    .setProtectedHeader({ alg: 'ES256', kid: 'key' })
    .setIssuer(issuer)
    .setAudience(AUDIENCE)
    .setSubject('s')
    .setExpirationTime('30d')
    .sign(privateKey);
  // The first run includes the compilation of the code, so it is not measured.
  await fetch(issuer).then((response) => response.text());
  const failures: string[] = [];
  const figures = { caller: 0, 401: 0, 503: 0, 'most processor ms': 0 };
  let sent = 0;

  while (sent < inputs) {
    // The first answer is right, so that some token is accepted with every seed.
    const isRight = sent === 0;
    // Other answers have random numbers of their own, because the number of requests depends on the time.
    answer = isRight ? (response) => response.end(keySet) : anyAnswer(createRandom(seed, `answer ${sent}`), keySet);
    const lines: string[] = [];
    const telemetry = createTelemetry({ level: 'info', destination: { write: (line) => void lines.push(line) } });
    const discovered = random.chance(0.3);
    isDiscoveryHonest = random.chance(0.5) || isRight;
    const auth = createAuthenticator(
      { mode: 'jwt', issuer, audience: AUDIENCE, ...(discovered ? {} : { jwksUrl: `${issuer}/keys` }) },
      { clock: systemClock, telemetry },
    );
    for (let index = 0; index < TOKENS_FOR_EACH_ANSWER; index += 1) {
      sent += 1;
      const token = index === 0 ? genuine : anyToken(random, genuine);
      const header = random.chance(0.9) || (isRight && index === 0) ? `Bearer ${token}` : token;
      const first = await judged(auth, header);
      const { outcome } = first;
      let { ms } = first;
      for (let tries = 1; ms > MOST_PROCESSOR_MS && tries < TRIES; tries += 1)
        ms = Math.min(ms, (await judged(auth, header)).ms);
      figures['most processor ms'] = Math.max(figures['most processor ms'], ms);
      const shown = JSON.stringify(token.slice(0, 300));
      if (ms > MOST_PROCESSOR_MS) failures.push(`token ${sent} took ${ms.toFixed(0)} ms of the processor: ${shown}`);
      if (outcome !== 'caller' && outcome !== '401' && outcome !== '503')
        failures.push(`token ${sent} ended with ${outcome}: ${shown}`);
      else figures[outcome] += 1;
      if (outcome === 'caller' && !isSameToken(genuine, token))
        failures.push(`token ${sent} was let in: ${JSON.stringify(token)}`);
      if (sent % 20_000 === 0) options.say(`${sent} tokens`);
    }
    auth.close();
    if (lines.length > MOST_LINES)
      failures.push(`${lines.length} lines of log by token ${sent}: ${lines.slice(0, 3).join('')}`);
    const errors = lines.filter((line) => Number(JSON.parse(line).level) >= 50);
    if (errors.length > 0) failures.push(`an unexpected error by token ${sent}: ${errors[0]}`);
  }
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  return { inputs: sent, failures, figures };
};
