/**
 * Damages the files of a gateway at random and opens them again. The database, its write-ahead log and the record of
 * the log's end get flipped bits, overwritten bytes and sectors, and cuts. A gateway must refuse them with a clear
 * message, or answer in GraphQL. The process never ends because of them. Data that it serves without an error are
 * complete, as acknowledged.
 */
import { cpSync, existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createRandom, type Random } from '../../support/fakes/random.js';
import type { Campaign } from '../campaign.js';
import type { DiskAnswer } from './disk-answer.js';
import { createDiskChild } from './disk-child.js';
import { leaveData } from './disk-data.js';

const SECTOR = 512;

const DAMAGES: readonly {
  readonly name: string;
  readonly apply: (bytes: Buffer, at: number, random: Random) => Buffer;
}[] = [
  {
    name: 'bit',
    apply: (bytes, at, random) => changed(bytes, at, [(bytes[at] ?? 0) ^ (1 << Math.floor(random.between(0, 8)))]),
  },
  { name: 'byte', apply: (bytes, at, random) => changed(bytes, at, [Math.floor(random.between(0, 256))]) },
  {
    name: 'run',
    apply: (bytes, at, random) =>
      changed(
        bytes,
        at,
        Array.from({ length: 16 }, () => Math.floor(random.between(0, 256))),
      ),
  },
  {
    name: 'sector',
    apply: (bytes, at) =>
      changed(
        bytes,
        at - (at % SECTOR),
        Array.from({ length: SECTOR }, () => 0),
      ),
  },
  { name: 'cut', apply: (bytes, at) => bytes.subarray(0, at) },
];

function changed(bytes: Buffer, at: number, values: readonly number[]): Buffer {
  bytes.set(values.slice(0, bytes.length - at), at);
  return bytes;
}

/** @returns true if the message names the damage and the remedy */
const CLEAR =
  /is damaged \(.*backup|is not a SQLite database, or is damaged|were written with|newer version of the gateway|has a table named/s;

export const disk: Campaign = async (options) => {
  const { inputs, seed } = options;
  const random = createRandom(seed, 'disk');
  const root = mkdtempSync(join(tmpdir(), 'gateway-disk-'));
  const failures: string[] = [];
  const counts: Record<string, number> = {
    refused: 0,
    'intact despite damage': 0,
    'served with errors': 0,
    altered: 0,
    lost: 0,
  };
  const data = await leaveData(root);
  const child = createDiskChild(data.endpoint);
  try {
    const whole = new Map<string, DiskAnswer>();
    for (const source of ['stopped', 'killed'] as const) {
      whole.set(source, await answerOn(data.directories[source], null));
    }
    for (let input = 0; input < inputs; input += 1) {
      const source = random.pick(['stopped', 'killed'] as const);
      const file = random.pick(
        ['gateway.db', 'gateway.db-wal', 'gateway.db-wal', 'gateway.db-head'].filter((name) =>
          existsSync(join(data.directories[source], name)),
        ),
      );
      const { name, apply } = random.pick(DAMAGES);
      const size = readFileSync(join(data.directories[source], file)).length;
      const at = Math.floor(random.between(0, size));
      const answer = await answerOn(data.directories[source], (directory) => {
        const path = join(directory, file);
        writeFileSync(path, apply(readFileSync(path), at, random));
      });
      const verdict = verdictOn(answer, whole.get(source));
      const where = `input ${input} of seed ${seed}: ${name} at ${at} of ${size} bytes of ${source}/${file}`;
      if (verdict.type === 'failure') failures.push(`${where}: ${verdict.message}`);
      else count(verdict.type, file);
      if (['lost', 'altered', 'served with errors'].includes(verdict.type))
        options.say(`${where}: ${verdict.type} ${verdict.message}`);
      if ((input + 1) % 500 === 0) options.say(`${input + 1} inputs: ${JSON.stringify(counts)}`);
    }
  } finally {
    await child.close();
    rmSync(root, { recursive: true, force: true });
  }
  return { inputs, failures, figures: counts };

  function count(verdict: string, file: string): void {
    counts[verdict] = (counts[verdict] ?? 0) + 1;
    if (verdict !== 'refused' && verdict !== 'intact despite damage')
      counts[`${verdict} in ${file}`] = (counts[`${verdict} in ${file}`] ?? 0) + 1;
  }

  async function answerOn(source: string, damage: ((directory: string) => void) | null) {
    const directory = mkdtempSync(join(root, 'input-'));
    cpSync(source, directory, { recursive: true });
    damage?.(directory);
    try {
      return await child.read(directory, data.ids);
    } finally {
      rmSync(directory, { recursive: true, force: true });
    }
  }
};

type Verdict = {
  readonly type: 'refused' | 'intact despite damage' | 'served with errors' | 'altered' | 'lost' | 'failure';
  readonly message: string;
};

/** Counts silent losses and alterations. A value that became another valid value cannot be detected. */
function verdictOn(answer: DiskAnswer, whole: DiskAnswer | undefined): Verdict {
  if (whole?.type !== 'served' || whole.errors.length > 0)
    return { type: 'failure', message: `the whole data are not served: ${JSON.stringify(whole)}` };
  switch (answer.type) {
    case 'ended':
      return { type: 'failure', message: `the process ended: ${answer.message}` };
    case 'silent':
      return { type: 'failure', message: `the process did not answer: ${answer.message}` };
    case 'unshaped':
      return { type: 'failure', message: answer.message };
    case 'held':
      return { type: 'failure', message: `descriptors are left open: ${answer.message}` };
    case 'refused':
      return CLEAR.test(answer.message)
        ? { type: 'refused', message: '' }
        : { type: 'failure', message: `refused without a clear message: ${answer.message}` };
    case 'served': {
      if (answer.errors.length > 0) return { type: 'served with errors', message: answer.errors.join(', ') };
      if (JSON.stringify(answer) === JSON.stringify(whole)) return { type: 'intact despite damage', message: '' };
      const missing = whole.tasks.filter(({ id, transitions }) => {
        const task = answer.tasks.find((each) => each.id === id);
        return task === undefined || task.transitions.nodes.length < transitions.nodes.length;
      });
      const isFound = answer.found.length === whole.found.length;
      if (missing.length === 0 && isFound) return { type: 'altered', message: '' };
      return {
        type: 'lost',
        message: `${missing.length} tasks of the list, ${whole.found.length - answer.found.length} by their ids`,
      };
    }
    default:
      return answer satisfies never;
  }
}
