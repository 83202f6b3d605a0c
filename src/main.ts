/**
 * The process: environment, signals, exit code. The exit code is 0 after a requested stop, and 1 when it cannot start
 * or stop. Wrong settings exit with 2, an uncaught error with 70.
 */
import { parseConfig, type Config } from './config/config.js';
import type { Gateway } from './gateway.js';
import { exitOnUncaught, killWithin } from './uncaught.js';
import { VERSION } from './version.js';
import { messageOf } from './runtime/error-message.js';

const START =
  'mutation{startEngagementFromOpportunityTask(input:{catalog:SANDBOX,identifier:\\"O1000001\\",awsSubmission:{involvementType:CO_SELL}}){task{id status}userErrors{message}}}';
/** A query that costs no call to AWS. */
const STATUS = '{partnerCentral{upstream catalogs waitingFor}}';

/**
 * Time beyond DRAIN_MS after which the process exits anyway. No data is lost then; clients only see their connections
 * break.
 */
const STOP_MARGIN_MS = 4500;
/**
 * Time after that until another thread kills the process, because this one may be stuck. All three add up to the ten
 * seconds that container runtimes wait.
 */
const STUCK_MARGIN_MS = 300;
/** Time for a slow reader of the output to take the last lines. */
const LAST_LINES_MS = 500;

/** Ctrl-C reaches this process twice: from the terminal, and from npm, which passes its own signal on. */
const SAME_KEYSTROKE_MS = 500;

// Node 20 is supported as long as the installed SDK supports it. The SDK's warning about 2027 would only confuse a
// newcomer.
process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
// Libraries read it to decide if they show stacks to clients and check every argument.
process.env['NODE_ENV'] ??= 'production';
// Node 20 has no `navigator`. The library pg then loads all of fetch to find out that this is not Cloudflare.
if (!('navigator' in globalThis)) Object.assign(globalThis, { navigator: { userAgent: 'Node.js' } });

// A closed pipe is an error event of these streams, which would end the process. The clients do not need the output.
for (const output of [process.stdout, process.stderr]) output.on('error', () => {});

const parsed = parseConfig(process.env);
for (const sentence of parsed.misspelt) console.error(sentence);
if (parsed.type === 'invalid') {
  console.error(
    ['The gateway cannot start with these settings:', ...parsed.problems.map((problem) => `  - ${problem}`)].join('\n'),
  );
  process.exit(2);
}
for (const sentence of parsed.ignored) console.error(sentence);
await run(parsed.config);

async function run(config: Config): Promise<void> {
  let gateway: Gateway | null = null;
  let stoppingSince: number | null = null;
  const stop = (signal: NodeJS.Signals) => {
    // No client has an answer yet.
    if (gateway === null) process.exit(0);
    if (stoppingSince !== null) {
      if (performance.now() - stoppingSince > SAME_KEYSTROKE_MS) process.exit(1);
      return;
    }
    stoppingSince = performance.now();
    console.log('Stopping: streams are closed, calls to AWS in flight are finished.');
    setTimeout(() => process.exit(1), config.drainMs + STOP_MARGIN_MS).unref();
    killWithin(config.drainMs + STOP_MARGIN_MS + STUCK_MARGIN_MS);
    // Ctrl-C comes from a person, who waits. SIGTERM comes from a system, whose load balancer may still send requests.
    gateway
      .stop({ serveOn: signal === 'SIGTERM' })
      .then(lastLinesWritten)
      .then(
        () => endAfter(signal),
        (error: unknown) => fail('The gateway did not stop cleanly', error),
      );
  };
  exitOnUncaught(() => gateway?.abandon());
  // The handlers are installed before the ready block, because its reader may send a signal at once.
  process.on('SIGINT', stop);
  process.on('SIGTERM', stop);
  // SIGHUP means that a terminal was closed. The default would end the process at once, even under nohup, which Node
  // does not respect.
  process.on('SIGHUP', stop);
  try {
    const { createGateway } = await import('./gateway.js');
    gateway = await createGateway(config);
    console.log(readyBlock(config, gateway));
  } catch (error) {
    fail('The gateway could not start', listenProblem(error, config) ?? error);
  }
}

/** The reason why the gateway cannot listen, in words; null when the error has another cause. */
function listenProblem(error: unknown, { host, port }: Config): string | null {
  if (!(error instanceof Error) || !('syscall' in error) || !('code' in error)) return null;
  // The host name is resolved first. Names of the database and of AWS do not concern listening.
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

/** Resolves when standard output and error have taken all that was written, at the latest after LAST_LINES_MS. */
async function lastLinesWritten(): Promise<void> {
  const behind = [process.stdout, process.stderr].filter(({ writableLength }) => writableLength > 0);
  const written = behind.map((stream) => new Promise<void>((resolve) => stream.write('', () => resolve())));
  await Promise.race([Promise.all(written), new Promise((resolve) => setTimeout(resolve, LAST_LINES_MS))]);
}

/**
 * Node's `process.exit` aborts when it cannot reset a terminal that is gone. The signal ends the process without that
 * step.
 */
function endAfter(signal: NodeJS.Signals): void {
  if (signal !== 'SIGHUP') process.exit(0);
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}

function fail(what: string, error: unknown): never {
  console.error(`${what}: ${messageOf(error)}`);
  process.exit(1);
}

function readyBlock(config: Config, gateway: Gateway): string {
  const pages = [
    ...(config.board === null ? [] : [`  Board     ${new URL('/', gateway.url).href}`]),
    ...(config.explorer && config.persistedOperations === 'off' ? [`  Sandbox   ${gateway.url}`] : []),
  ];
  return `
Partner Central gateway is ready.

  URL       ${gateway.url}
${pages.map((page) => `${page} (open it in a browser)\n`).join('')}  Upstream  ${gateway.upstream}
  Data      ${gateway.dataLocation}
  Catalogs  ${config.catalogs.join(', ')}
  Version   ${VERSION}

Try this first, in another terminal:

  ${firstCommand(config, gateway.url)}
`;
}

/** A command that these settings allow and that does no harm. */
function firstCommand({ upstream, catalogs, auth, persistedOperations }: Config, url: string): string {
  if (persistedOperations === 'only') return `curl -s ${new URL('/health/ready', url).href}`;
  const query = upstream.type === 'simulator' && catalogs.includes('SANDBOX') ? START : STATUS;
  const token = auth.mode === 'jwt' ? " -H 'authorization: Bearer <token>'" : '';
  return `curl -s ${url} -H 'content-type: application/json'${token} \\
    -d '{"query":"${query}"}'`;
}
