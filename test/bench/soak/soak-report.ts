/** Counts the results of a soak: each start and each transition that was lost, doubled or reordered. */
import { readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { KeptGateway } from '../processes.js';
import type { Reader, Seen } from './readers.js';
import { query, type AcceptedTask, type Starter } from '../start/starter.js';

export type FinalTask = AcceptedTask & {
  readonly status: string | null;
  readonly message: string | null;
  readonly isEnded: boolean;
  readonly sequences: readonly number[];
  readonly positions: readonly number[];
};

/** The state of every accepted task, once all have ended or the time is up. */
export async function readFinalTasks(
  url: string,
  accepted: readonly AcceptedTask[],
  timeoutMs: number,
): Promise<FinalTask[]> {
  const deadline = Date.now() + timeoutMs;
  const count = async (): Promise<number> =>
    (await query(url, '{ tasks(filter: { statuses: [QUEUED, IN_PROGRESS] }) { totalCount } }')).tasks.totalCount;
  while ((await count()) > 0 && Date.now() < deadline) await sleep(250);
  const tasks: FinalTask[] = [];
  for (const task of accepted) {
    const { task: found } = await query(
      url,
      'query($id: ID!) { task(id: $id) { status message isTerminal transitions(first: 100) { nodes { sequence cursor } } } }',
      { id: task.id },
    );
    const nodes: { sequence: number; cursor: string }[] = found?.transitions.nodes ?? [];
    const positions = nodes.map(({ cursor }) =>
      Number.parseInt(Buffer.from(cursor, 'base64url').toString('latin1').split('.')[2] ?? '', 36),
    );
    tasks.push({
      ...task,
      status: found?.status ?? null,
      message: found?.message ?? null,
      isEnded: found?.isTerminal ?? false,
      sequences: nodes.map(({ sequence }) => sequence),
      positions,
    });
  }
  return tasks;
}

/** The token of every Start that Partner Central accepted. Each line of the journal is a task there. */
export function acceptedByAws(journal: string): string[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => (JSON.parse(line) as { clientToken: string }).clientToken);
}

type Flaws = { lost: number; doubled: number; reordered: number };

/** Compares the expected deliveries, in order, with the actual ones. */
function compare(expected: readonly number[], given: readonly number[]): Flaws {
  const had = new Set(given);
  return {
    lost: expected.filter((each) => !had.has(each)).length,
    doubled: given.length - had.size,
    reordered: given.filter((each, index) => index > 0 && each < (given[index - 1] ?? 0)).length,
  };
}

function sum(all: readonly Flaws[]): Flaws {
  return all.reduce(
    (a, b) => ({ lost: a.lost + b.lost, doubled: a.doubled + b.doubled, reordered: a.reordered + b.reordered }),
    { lost: 0, doubled: 0, reordered: 0 },
  );
}

export function report(run: {
  gateway: KeptGateway;
  starter: Starter;
  tasks: readonly FinalTask[];
  feeds: readonly Reader[];
  readers: readonly Reader[];
  memory: { atStart: number; peak: number; atEnd: number };
  byMinute: string;
  atAws: readonly string[];
}): void {
  const { gateway, starter, tasks, feeds, readers, memory, byMinute, atAws } = run;
  const positions = tasks
    .slice(1)
    .flatMap((task) => task.positions)
    .sort((a, b) => a - b);
  const positionsOf = (seen: readonly Seen[]) => seen.map(({ position }) => position);
  const byId = new Map(tasks.map((task) => [task.id, task]));
  const ofFeeds = sum(feeds.map(({ seen }) => compare(positions, positionsOf(seen))));
  const ofReaders = sum(
    readers.map(({ seen }) => compare(byId.get(seen[0]?.taskId ?? '')?.positions ?? [], positionsOf(seen))),
  );
  const ofLog = sum(
    tasks.map(({ sequences }) =>
      compare(
        sequences.map((_, index) => index + 1),
        sequences,
      ),
    ),
  );

  const known = new Set(starter.accepted.map(({ awsToken }) => awsToken));
  const reached = new Set(atAws);
  const notAtAws = tasks.filter(
    ({ status, awsToken }) => status !== 'REJECTED' && status !== 'QUEUED' && !reached.has(awsToken),
  ).length;
  const strangers = atAws.filter((token) => !known.has(token)).length;
  const ended = tasks.filter(({ isEnded }) => isEnded).length;
  const lostStarts = tasks.filter(({ status }) => status === null).length;
  const doubledStarts = starter.repeated.doubledCount + strangers + (atAws.length - reached.size);
  const flaws = sum([ofFeeds, ofReaders, ofLog]);
  const count = (status: string) => tasks.filter((task) => task.status === status).length;
  const resumes = [...feeds, ...readers].reduce((total, reader) => total + reader.resumeCount(), 0);
  const delivered = [...feeds, ...readers].reduce((total, reader) => total + reader.seen.length, 0);
  console.log(`
  accepted   ${tasks.length} starts, ${starter.repeated.count} of them sent again
  ended      ${ended} (${count('COMPLETE')} complete, ${count('FAILED')} failed, ${count('REJECTED')} rejected)
  AWS tasks  ${atAws.length}
  lost       ${lostStarts + notAtAws + flaws.lost} (starts ${lostStarts}, not at AWS ${notAtAws}, transitions of ${feeds.length} feeds ${ofFeeds.lost}, of ${readers.length} task streams ${ofReaders.lost}, in the log ${ofLog.lost})
  doubled    ${doubledStarts + flaws.doubled} (starts ${doubledStarts}, transitions ${flaws.doubled})
  reordered  ${flaws.reordered}
  resumes    ${resumes}, ${delivered} transitions delivered
  kills      ${gateway.killCount()}, and ${gateway.crashes.length} unexpected ends
  memory     ${memory.atStart} MB at start, ${memory.peak} MB at most, ${memory.atEnd} MB at end

${byMinute}
`);
  for (const { identifier, status, message } of tasks.filter(({ isEnded }) => !isEnded))
    console.log(`Not ended: ${identifier} is ${status}. ${message ?? ''}`);
  for (const crash of gateway.crashes) console.log(`The gateway ended by itself:\n${crash}`);
}
