/**
 * The process: environment, signals, exit code. The exit code is 0 when it is asked to stop and 1 when it cannot start or stop. It is 2 when its
 * settings are wrong, and 70 after an error that nothing caught.
 */
import { parseConfig, type Config } from './config/config.js';
import type { Gateway } from './gateway.js';
import { exitOnUncaught, killWithin } from './uncaught.js';
import { VERSION } from './version.js';

const START =
  'mutation{startEngagementFromOpportunityTask(input:{catalog:SANDBOX,identifier:\\"O1000001\\",awsSubmission:{involvementType:CO_SELL}}){task{id status}userErrors{message}}}';
/** Costs nothing at AWS. */
const STANDING = '{partnerCentral{upstream catalogs waitingFor}}';

/** What stopping may take beyond DRAIN_MS before the process ends anyway: nothing is lost by it, only less politely told. */
const STOP_MARGIN_MS = 4500;
/** After that another thread kills the process, because this one may be stuck. Container runtimes wait ten seconds, which is the sum of all three. */
const STUCK_MARGIN_MS = 300;
/** For a reader of the output that is slow to take the last lines. */
const LAST_LINES_MS = 500;

/** A terminal's Ctrl-C reaches this process twice: from the terminal, and from npm, which passes on what it got itself. */
const SAME_KEYSTROKE_MS = 500;

// Node 20 is supported here for as long as the installed SDK supports it; its warning of 2027 is nothing a newcomer can act on.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
// Libraries decide by it whether to show stacks to clients and to check every argument.
process.env['NODE_ENV'] ??= 'production';

// A closed pipe is an event of these streams, which would end the process. Its clients do not need the output.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

const parsed = parseConfig(process.env);
for (const sentence of parsed.misspelt) console.error(sentence);
if (parsed.type === 'invalid') {
  console.error(
    ['The gateway cannot start with these settings:', ...parsed.problems.map((problem) => `  - ${problem}`)].join('\n'),
  );
  process.exit(2);
}
for (const sentence of parsed.unheeded) console.error(sentence);
await run(parsed.config);

async function run(config: Config): Promise<void> {
  let gateway: Gateway | null = null;
  let stoppingSince: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    // Nothing has been promised to anybody yet.
    if (gateway === null) process.exit(0);
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    console.log('Stopping: streams are told, calls to AWS that are under way are finished.');
    setTimeout(() => process.exit(1), config.drainMs + STOP_MARGIN_MS).unref();
    killWithin(config.drainMs + STOP_MARGIN_MS + STUCK_MARGIN_MS);
    // Ctrl-C is a person, who waits. SIGTERM is a system, behind which a load balancer may still send requests.
    gateway
      .stop({ serveOn: signal === 'SIGTERM' })
      .then(lastLinesWritten)
      .then(
        () => endAfter(signal),
        (error: unknown) => fail('The gateway did not stop cleanly', error),
      );
  };
  exitOnUncaught(() => gateway?.abandon());
  // Before anybody is told that the gateway is ready, who may then tell it to stop.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // A terminal was closed. Else the process would end at once, under nohup too, which Node does not heed.
  process.on('SIGHUP', stop);
  try {
    const { createGateway } = await import('./gateway.js');
    gateway = await createGateway(config);
    console.log(readyBlock(config, gateway));
  } catch (error) {
    fail('The gateway could not start', listenProblem(error, config) ?? error);
  }
}

/** What is in the way of listening, in words; null when the error is about something else. */
function listenProblem(error: unknown, { host, port }: Config): string | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  // A name is looked up first. Those of the database and of AWS are not for listening.
  const isAboutHost = error.syscall === 'getaddrinfo' && 'hostname' in error && error.hostname === host;
  if (error.syscall !== 'listen' && !isAboutHost) return null;
  switch (error.code) {
    case 'EADDRINUSE':
      return `port ${port} of ${host} is in use. Stop what listens there, or set PORT to another one (0 picks a free one).`;
    case 'EACCES':
      return `this process may not listen on port ${port}. Set PORT to one from 1024 (0 picks a free one).`;
    case 'EADDRNOTAVAIL':
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `this machine has no address ${host}. Set HOST to one of its own, for example 127.0.0.1.`;
    default:
      return null;
  }
}

/** Resolves when standard output and error have taken what was written to them, and in time where they never do. */
async function lastLinesWritten(): Promise<void> {
  const behind = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  const written = behind.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  await Promise.race([Promise.all(written), new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS))]);
}

/** With a terminal that is gone Node would abort in `process.exit`, because it cannot set it back. The signal ends the process without that. */
function endAfter(signal: NodeJS.Signals): void {
  if (signal !== 'SIGHUP') process.exit(0);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function fail(what: string, error: unknown): never {
  console.error(`${what}: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(1);
}

function readyBlock(config: Config, gateway: Gateway): string {
  const browser =
    config.explorer && config.persistedOperations === 'off'
      ? ' (open it in a browser: Apollo Sandbox, with a first example)'
      : '';
  return `
Partner Central gateway is ready.

  URL       ${gateway.url}${browser}
  Upstream  ${gateway.upstream}
  Data      ${gateway.dataLocation}
  Catalogs  ${config.catalogs.join(', ')}
  Version   ${VERSION}

Try this first, in another terminal:

  ${firstCommand(config, gateway.url)}
`;
}

/** Something that these settings allow, and that does no harm. */
function firstCommand({ upstream, catalogs, auth, persistedOperations }: Config, url: string): string {
  if (persistedOperations === 'only') return `curl -s ${new URL('/health/ready', url).href}`;
  const query = upstream.type === 'simulator' && catalogs.includes('SANDBOX') ? START : STANDING;
  const token = auth.mode === 'jwt' ? " -H 'authorization: Bearer <token>'" : '';
  return `curl -s ${url} -H 'content-type: application/json'${token} \\
    -d '{"query":"${query}"}'`;
}
