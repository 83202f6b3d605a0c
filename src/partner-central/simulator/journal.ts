/**
 * The accepted Starts as lines of JSON, each on the disk before its Start is answered, so that the world survives a kill. A last
 * line that was cut off belongs to a Start nobody was answered, and is dropped. Any other damage is refused.
 */
import { appendFileSync, closeSync, fsyncSync, ftruncateSync, mkdirSync, openSync, readFileSync } from 'node:fs';
import { dirname } from 'node:path';
import { TASK_KINDS, type Subject } from './task-kinds.js';

export type StartRequest = Subject & {
  /** Equal for requests with an equal body. */
  readonly fingerprint: string;
};

export type AcceptedStart = StartRequest & { readonly startedAt: number };

export type Journal = {
  /** What was accepted before the journal was opened, in that order. */
  readonly starts: readonly AcceptedStart[];
  append(start: AcceptedStart): void;
  close(): void;
};

/** Without a path nothing is kept. */
export function openJournal(path?: string): Journal {
  if (path === undefined) return { starts: [], append() {}, close() {} };

  mkdirSync(dirname(path), { recursive: true });
  const file = openSync(path, 'a+');
  try {
    const content = readFileSync(file);
    let length = content.lastIndexOf('\n') + 1;
    const starts = parseLines(path, content.subarray(0, length).toString('utf8'));
    // A new line must not be glued to the rest of one that was cut off.
    ftruncateSync(file, length);
    fsyncSync(file);
    syncDirectory(dirname(path));

    return {
      starts,
      append(start) {
        const line = Buffer.from(`${JSON.stringify(start)}\n`);
        try {
          appendFileSync(file, line);
          fsyncSync(file);
          length += line.length;
        } catch (error) {
          // The caller is told that this Start failed, so it must not come back after a restart.
          ftruncateSync(file, length);
          throw error;
        }
      },
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function parseLines(path: string, text: string): AcceptedStart[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const start = parse(line);
      if (!isAcceptedStart(start)) throw new Error(`Line ${index + 1} of the simulator's journal ${path} is damaged.`);
      return start;
    });
}

function parse(line: string): unknown {
  try {
    return JSON.parse(line);
  } catch {
    return undefined;
  }
}

function isAcceptedStart(value: unknown): value is AcceptedStart {
  if (typeof value !== 'object' || value === null) return false;
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  const context = fields.get('contextIdentifier');
  return (
    typeof kind === 'string' &&
    Object.hasOwn(TASK_KINDS, kind) &&
    ['catalog', 'clientToken', 'target', 'fingerprint'].every((name) => typeof fields.get(name) === 'string') &&
    (context === undefined || typeof context === 'string') &&
    typeof fields.get('startedAt') === 'number'
  );
}

/** The name of a new file is durable only with its directory. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
