/**
 * Runs the simulator as a separate process (`npm run simulator`), so that several gateways share one Partner Central.
 * Each gateway names it in PARTNER_CENTRAL_ENDPOINT. Settings are numbers in the environment; a wrong setting ends the
 * process with a message that says which value is expected.
 */
import { createSimulator, type SimulatorOptions } from './simulator.js';
import { messageOf } from '../../runtime/error-message.js';

const DEFAULTS = {
  PORT: 4100,
  READS_PER_SECOND: 10,
  READS_PER_DAY: 100_000,
  WRITES_PER_SECOND: 1,
  WRITES_PER_DAY: 10_000,
  /** Tasks run this many times faster than the clock. */
  SPEED: 1,
  /** Delay before each answer. */
  LATENCY_MS: 0,
  /** Share of calls that a random fault hits, from 0 to 1, and the seed that repeats the faults. */
  CHAOS_RATE: 0,
  CHAOS_SEED: 1,
};

function setting(name: keyof typeof DEFAULTS, { min = 0, max = Infinity } = {}): number {
  const raw = process.env[name];
  const value = raw === undefined || raw === '' ? DEFAULTS[name] : Number(raw);
  if (Number.isFinite(value) && value >= min && value <= max) return value;
  console.error(
    `${name} is ${JSON.stringify(raw)}. Expected a number from ${min}${max === Infinity ? '' : ` to ${max}`}, for ` +
      `example ${DEFAULTS[name]}.`,
  );
  process.exit(2);
}

/** The reason why the simulator cannot start, for the operator. */
function problemOf(error: unknown): string {
  const code =
    error instanceof Error && 'code' in error && 'syscall' in error && error.syscall === 'listen' ? error.code : null;
  if (code === 'EADDRINUSE')
    return `port ${port} of this machine is in use. Stop what listens there, or set PORT to another port (0 picks a free one).`;
  if (code === 'EACCES')
    return `this process may not listen on port ${port}. Set PORT to a port from 1024 on (0 picks a free one).`;
  const message = messageOf(error);
  return `${message.replace(/\.$/, '')}. Set JOURNAL to another file.`;
}

const port = setting('PORT', { max: 65_535 });
const rate = setting('CHAOS_RATE', { max: 1 });
// A wrong seed is an error even without chaos, because the operator expects it to have an effect.
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

Point a gateway at it (any credentials are accepted):

  AWS_ACCESS_KEY_ID=any AWS_SECRET_ACCESS_KEY=any PARTNER_CENTRAL_ENDPOINT=${simulator.endpoint} npm start
`);
for (const signal of ['SIGINT', 'SIGTERM'])
  process.on(signal, () => void simulator.close().then(() => process.exit(0)));
