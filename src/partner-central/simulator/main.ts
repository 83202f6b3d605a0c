/**
 * The simulator as a process of its own, for several gateways that are to see one Partner Central: `npm run simulator`, and
 * PARTNER_CENTRAL_ENDPOINT for each gateway. Settings are numbers in the environment; a wrong one ends it with what would be right.
 */
import { createSimulator, type SimulatorOptions } from './simulator.js';

const DEFAULTS = {
  PORT: 4100,
  READS_PER_SECOND: 10,
  READS_PER_DAY: 100_000,
  WRITES_PER_SECOND: 1,
  WRITES_PER_DAY: 10_000,
  /** How many times faster than the clock tasks run. */
  SPEED: 1,
  /** Before every answer. */
  LATENCY_MS: 0,
  /** Share of calls that a random fault hits, from 0 to 1, and the seed that makes the same faults again. */
  CHAOS_RATE: 0,
  CHAOS_SEED: 1,
};

function setting(name: keyof typeof DEFAULTS, { min = 0, max = Infinity } = {}): number {
  const raw = process.env[name];
  const value = raw === undefined || raw === '' ? DEFAULTS[name] : Number(raw);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  console.error(
    `${name} is ${JSON.stringify(raw)}. Expected a number from ${min}${max === Infinity ? '' : ` to ${max}`}, for example ${DEFAULTS[name]}.`,
  );
  process.exit(2);
}

/** What is in the way of starting, in words. */
function problemOf(error: unknown): string {
  const code =
    error instanceof Error && 'code' in error && 'syscall' in error && error.syscall === 'listen' ? error.code : null;
  if (code === 'EADDRINUSE')
    return `port ${port} of this machine is in use. Stop what listens there, or set PORT to another one (0 picks a free one).`;
  if (code === 'EACCES')
    return `this process may not listen on port ${port}. Set PORT to one from 1024 (0 picks a free one).`;
  const message = error instanceof Error ? error.message : String(error);
  return `${message.replace(/\.$/, '')}. JOURNAL sets another file.`;
}

const port = setting('PORT', { max: 65_535 });
const rate = setting('CHAOS_RATE', { max: 1 });
// Looked at also where it has no effect: whoever sets it believes that it has one.
const seed = setting('CHAOS_SEED');
const options: SimulatorOptions = {
  port,
  journal: process.env['JOURNAL'],
  readsPerSecond: setting('READS_PER_SECOND'),
  readsPerDay: setting('READS_PER_DAY'),
  writesPerSecond: setting('WRITES_PER_SECOND'),
  writesPerDay: setting('WRITES_PER_DAY'),
  speed: setting('SPEED', { min: 0.001 }),
  latencyMs: setting('LATENCY_MS'),
  chaos: rate === 0 ? undefined : { seed, rate },
};
const simulator = await createSimulator(options).catch((error: unknown) => {
  console.error(`The simulator could not start: ${problemOf(error)}`);
  process.exit(1);
});
console.log(`Partner Central simulator is ready at ${simulator.endpoint}

Point a gateway at it (any credentials will do):

  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any PARTNER_CENTRAL_ENDPOINT=${simulator.endpoint} npm start
`);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => void simulator.close().then(() => process.exit(0)));
