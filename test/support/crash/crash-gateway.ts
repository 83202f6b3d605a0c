/**
 * A gateway that kills itself, without a word, at the first step that is not among those that it is told to survive (CRASH_SURVIVE, from its
 * birth on; a message `{ survive }`, from then on; null: it survives all). The step it died of is found in the file CRASH_FILE. Steps that
 * come often are told apart by a number. Reads that nobody is sent the result of leave no trace: they are steps with CRASH_STEPS=all only.
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
/** What comes more often than this is the same again. */
const OFTEN = ALL ? 20 : 3;
const told = process.env['CRASH_SURVIVE'];
let survive: Set<string> | null = told === undefined ? null : new Set(JSON.parse(told));
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
