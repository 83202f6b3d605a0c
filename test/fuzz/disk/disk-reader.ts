/**
 * A process of the `disk` campaign. It opens a gateway on each directory that a line of standard input names, and reads
 * everything through GraphQL. It writes its findings as a line of JSON. A bad file that ends the gateway ends this
 * process, and the campaign detects that.
 */
import { existsSync, readdirSync, readlinkSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { parseConfig } from '../../../src/config/config.js';
import { createGateway } from '../../../src/gateway.js';
import { createTelemetry } from '../../../src/runtime/telemetry.js';
import type { DiskAnswer, DiskTask } from './disk-answer.js';

const TASK = `id kind catalog clientToken status taskId startTime message reasonCode opportunityId engagementId resourceSnapshotJobId createdAt updatedAt
  tags { key value } failure { reasonCode message } transitions(first: 20) { nodes { sequence status previousStatus message observedAt cursor } }`;
const LIST = `query($after: String) { tasks(first: 10, after: $after) { nodes { ${TASK} } pageInfo { endCursor hasNextPage } } }`;
const ONE = `query($id: ID!) { task(id: $id) { id status } }`;

/** The campaign names the endpoint to which the data belong. No server listens there any more. */
const [endpoint = ''] = process.argv.slice(2);

for await (const line of createInterface({ input: process.stdin })) {
  const { directory, ids }: { directory: string; ids: readonly string[] } = JSON.parse(line);
  const answer = await answerFrom(directory, ids);
  const held = await descriptorsLeftOn(directory);
  console.log(
    JSON.stringify(held.length === 0 ? answer : ({ type: 'held', message: held.join(', ') } satisfies DiskAnswer)),
  );
}

/**
 * Collects garbage first, because libsql closes a file only after its statements are collected. Only Linux lists the
 * descriptors.
 */
async function descriptorsLeftOn(directory: string): Promise<string[]> {
  let held: string[] = [];
  for (let round = 0; round < 20; round += 1) {
    held = openFiles().filter((path) => path.startsWith(directory));
    if (held.length === 0) return [];
    globalThis.gc?.();
    await turnOfTheLoop();
  }
  return held;
}

function openFiles(): string[] {
  if (!existsSync('/proc/self/fd')) return [];
  return readdirSync('/proc/self/fd').flatMap((descriptor) => {
    try {
      return [readlinkSync(`/proc/self/fd/${descriptor}`)];
    } catch {
      // This descriptor served the listing itself.
      return [];
    }
  });
}

async function answerFrom(directory: string, ids: readonly string[]): Promise<DiskAnswer> {
  const parsed = parseConfig({
    PORT: '0',
    LOG_LEVEL: 'silent',
    DRAIN_MS: '0',
    DATA_DIR: directory,
    PARTNER_CENTRAL_ENDPOINT: endpoint,
  });
  if (parsed.type === 'invalid') throw new Error(parsed.problems.join(' '));
  let gateway;
  try {
    gateway = await createGateway(parsed.config, { telemetry: createTelemetry({ level: 'silent' }) });
  } catch (error) {
    return { type: 'refused', message: error instanceof Error ? error.message : String(error) };
  }
  const { url } = gateway;
  try {
    return await readAll(url, ids);
  } catch (error) {
    return { type: 'unshaped', message: error instanceof Error ? error.message : String(error) };
  } finally {
    await gateway.stop().catch(() => {});
  }
}

async function readAll(url: string, ids: readonly string[]): Promise<DiskAnswer> {
  const tasks: DiskTask[] = [];
  const errors: string[] = [];
  for (let after: string | null = null, isMore = true; isMore;) {
    const { data, errors: found }: Shaped = await ask(url, LIST, { after });
    errors.push(...found);
    if (data?.tasks == null) break;
    tasks.push(...data.tasks.nodes);
    after = data.tasks.pageInfo.endCursor;
    isMore = data.tasks.pageInfo.hasNextPage && tasks.length < 2 * ids.length;
  }
  const found: string[] = [];
  for (const id of ids) {
    const { data, errors: more } = await ask(url, ONE, { id });
    errors.push(...more);
    if (data?.task != null) found.push(`${data.task.id} ${data.task.status}`);
  }
  return { type: 'served', tasks, found, errors: [...new Set(errors)] };
}

type Shaped = { readonly data: any; readonly errors: readonly string[] };

/** @throws if the answer is not what GraphQL over HTTP promises */
async function ask(url: string, query: string, variables: object): Promise<Shaped> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ query, variables }),
  });
  const text = await response.text();
  const body: any = JSON.parse(text);
  const errors: unknown = body.errors ?? [];
  if (!Array.isArray(errors) || (body.data === undefined && errors.length === 0))
    throw new Error(`An answer is not GraphQL-shaped: ${text}`);
  return { data: body.data, errors: errors.map((error) => String(error.extensions?.code)) };
}
