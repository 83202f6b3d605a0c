/**
 * A gateway that kills itself at the first step outside a list of steps to survive. CRASH_SURVIVE gives the list from
 * the boot on, a message `{ survive }` replaces it, and null survives all. The file CRASH_FILE receives the name of the
 * fatal step. Repeated steps are numbered. Most reads leave no trace, so they are steps only with CRASH_STEPS=all.
 */
import { writeFileSync } from 'node:fs';
import { parseConfig } from '../../../src/config/config.js';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import { stepThroughDatabase, stepThroughPartnerCentral } from './crash-steps.js';

process.env['NODE_ENV'] = 'production';
const parsed = parseConfig(process.env);
if (parsed.type === 'invalid') throw new Error(parsed.problems.join('\n'));

const ALL = process.env['CRASH_STEPS'] === 'all';
/** A step that is repeated more often than this counts as known. */
const OFTEN = ALL ? 20 : 3;
const survivable = process.env['CRASH_SURVIVE'];
let survive: Set<string> | null = survivable === undefined ? null : new Set(JSON.parse(survivable));
let counts = new Map<string, number>();

function reach(step: string): void {
  if (!ALL && /select/.test(step) && !/transitions by task_id|client_token/.test(step)) return;
  const count = (counts.get(step) ?? 0) + 1;
  counts.set(step, count);
  const name = `${step} (${count})`;
  if (survive === null || survive.has(name) || count > OFTEN) return;
  writeFileSync(process.env['CRASH_FILE'] ?? '/dev/null', name);
  process.kill(process.pid, 'SIGKILL');
}

const gateway = await createGateway(parsed.config, {
  telemetry: createTelemetry({ level: parsed.config.logLevel }),
  database: (db) => stepThroughDatabase(db, reach),
  partnerCentral: (partnerCentral) => stepThroughPartnerCentral(partnerCentral, reach),
});
process.on('message', (message: { survive: string[] | null }) => {
  survive = message.survive === null ? null : new Set(message.survive);
  counts = new Map();
  process.send?.('armed');
});
process.on('disconnect', () => process.exit(0));
process.send?.({ url: gateway.url });
