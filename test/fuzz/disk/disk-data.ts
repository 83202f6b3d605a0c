/**
 * The files that a real gateway leaves behind after a clean stop and after `kill -9`. The gateway has acknowledged all
 * starts in them, and has followed each to its end.
 */
import { cpSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as after } from 'node:timers/promises';
import { parseConfig } from '../../../src/config/config.js';
import { createGateway } from '../../../src/gateway.js';
import { createSimulator } from '../../../src/partner-central/simulator/simulator.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';

const START = `mutation($token: String!, $tags: [TagInput!]) { startEngagementFromOpportunityTask(input: { catalog: SANDBOX, identifier: "O1000001",
  clientToken: $token, tags: $tags, awsSubmission: { involvementType: CO_SELL } }) { task { id } } }`;
const STARTS = 60;

export type DiskData = {
  readonly endpoint: string;
  readonly ids: readonly string[];
  readonly directories: { readonly stopped: string; readonly killed: string };
};

export async function leaveData(root: string): Promise<DiskData> {
  const simulator = await createSimulator({ readsPerSecond: 1000, writesPerSecond: 1000, speed: 20 });
  const directories = { live: join(root, 'live'), stopped: join(root, 'stopped'), killed: join(root, 'killed') };
  for (const directory of Object.values(directories)) mkdirSync(directory);
  const parsed = parseConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_MS: '0',
    DATA_DIR: directories.live,
    PARTNER_CENTRAL_ENDPOINT: simulator.endpoint,
    READS_PER_SECOND: '500',
    WRITES_PER_SECOND: '500',
    POLL_MIN_MS: '100',
    START_WAIT_MS: '0',
  });
  if (parsed.type === 'invalid') throw new Error(parsed.problems.join(' '));
  process.env['AWS_ACCESS_KEY_ID'] ??= 'test';
  process.env['AWS_SECRET_ACCESS_KEY'] ??= 'test';
  process.env['AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED'] = 'true';
  const gateway = await createGateway(parsed.config, { telemetry: createTelemetry({ level: 'silent' }) });
  const ask = async (query: string, variables: object = {}): Promise<any> => {
    const response = await fetch(gateway.url, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ query, variables }),
    });
    return response.json();
  };

  const ids: string[] = [];
  for (let start = 0; start < STARTS; start += 1) {
    // The text is not ASCII, so that some flipped bits make it invalid UTF-8.
    const { data } = await ask(START, { token: `start ${start}`, tags: [{ key: 'Größe', value: '北'.repeat(20) }] });
    ids.push(data.startEngagementFromOpportunityTask.task.id);
  }
  for (let isUnfinished = true; isUnfinished;) {
    await after(100);
    const { data } = await ask('{ tasks(first: 100) { nodes { isTerminal } } }');
    isUnfinished = data.tasks.nodes.some((task: { isTerminal: boolean }) => !task.isTerminal);
  }
  const head = join(directories.live, 'gateway.db-head');
  // The record follows the log within a second.
  let recorded = '';
  while (recorded !== readFileSync(head, 'utf8')) {
    recorded = readFileSync(head, 'utf8');
    await after(1500);
  }
  cpSync(directories.live, directories.killed, { recursive: true });
  await gateway.stop();
  cpSync(directories.live, directories.stopped, { recursive: true });
  await simulator.close();
  return { endpoint: simulator.endpoint, ids, directories };
}
