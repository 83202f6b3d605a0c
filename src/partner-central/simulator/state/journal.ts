/**
 * The accepted requests as lines of JSON. Each line is on disk before its request is answered, so that the state
 * survives a kill. The line of a Start has no tag; the line of an update names its operation as `edit`. A last line
 * that was cut off belongs to a request without an answer and is dropped. Any other damage is refused.
 */
import { appendFileSync, closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tryParseJson } from '../../../runtime/json/bounded-json.js';
import { makeDirectory } from '../../../runtime/make-directory.js';
import { UPDATES, type Update, isUpdateName } from './updates.js';
import { TASK_KINDS, type Subject } from '../tasks/task-kinds.js';

/** The outcome that the state at acceptance decided for a Start. Without a decision, its identifier decides. */
export type Decision = { readonly failure?: { readonly reasonCode: string; readonly message: string } | undefined };

export type StartRequest = Subject & {
  /** The request hash: equal for requests with an equal body. The name is part of the journal's format. */
  readonly fingerprint: string;
  readonly decided?: Decision | undefined;
};

export type AcceptedStart = StartRequest & { readonly startedAt: number };

type Entry = { readonly start: AcceptedStart } | { readonly update: Update };

export type Journal = {
  /** The requests accepted before the journal was opened, in order. */
  readonly entries: readonly Entry[];
  appendStart(start: AcceptedStart): void;
  /** Updates are kept as the body of their request. */
  appendUpdate(update: Update, body: unknown): void;
  close(): void;
};

/** @param path absent to keep nothing */
export function openJournal(path?: string): Journal {
  if (path === undefined) return { entries: [], appendStart() {}, appendUpdate() {}, close() {} };

  makeDirectory(dirname(resolve(path)));
  const file = openSync(path, 'a+');
  try {
    const content = readFileSync(file);
    let length = content.lastIndexOf('\n') + 1;
    const entries = parseLines(path, content.subarray(0, length).toString('utf8'));
    // The cut-off rest is removed, so that the next line does not continue it.
    ftruncateSync(file, length);
    fsyncSync(file);
    syncDirectory(dirname(path));

    function append(value: object): void {
      const line = Buffer.from(`${JSON.stringify(value)}\n`);
      try {
        appendFileSync(file, line);
        fsyncSync(file);
        length += line.length;
      } catch (error) {
        // The caller receives an error, so the request must not reappear after a restart.
        ftruncateSync(file, length);
        throw error;
      }
    }

    return {
      entries,
      appendStart: append,
      appendUpdate: ({ operation, at }, body) => append({ edit: operation, at, request: body }),
      close: () => closeSync(file),
    };
  } catch (error) {
    closeSync(file);
    throw error;
  }
}

function parseLines(path: string, text: string): Entry[] {
  return text
    .split('\n')
    .slice(0, -1)
    .map((line, index) => {
      const entry = entryOf(tryParseJson(line));
      if (entry === undefined) throw new Error(`Line ${index + 1} of the simulator's journal ${path} is damaged.`);
      return entry;
    });
}

function entryOf(value: unknown): Entry | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  if (isAcceptedStart(value)) return { start: value };
  const { edit, at, request } = Object.fromEntries<unknown>(Object.entries(value));
  if (!isUpdateName(edit) || typeof at !== 'number') return undefined;
  try {
    return { update: { ...UPDATES[edit](request), at } };
  } catch {
    return undefined;
  }
}

function isAcceptedStart(value: object): value is AcceptedStart {
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  const optional = ['contextIdentifier', 'targetArn', 'newContextIdentifier', 'involvement', 'visibility'];
  return (
    typeof kind === 'string' &&
    Object.hasOwn(TASK_KINDS, kind) &&
    ['catalog', 'clientToken', 'target', 'fingerprint'].every((name) => typeof fields.get(name) === 'string') &&
    optional.every((name) => ['undefined', 'string'].includes(typeof fields.get(name))) &&
    isDecision(fields.get('decided')) &&
    typeof fields.get('startedAt') === 'number'
  );
}

function isDecision(value: unknown): value is Decision | undefined {
  if (value === undefined) return true;
  if (typeof value !== 'object' || value === null) return false;
  if (!('failure' in value)) return true;
  const { failure } = value;
  if (typeof failure !== 'object' || failure === null) return false;
  return (
    'reasonCode' in failure &&
    typeof failure.reasonCode === 'string' &&
    'message' in failure &&
    typeof failure.message === 'string'
  );
}

/** The name of a new file is durable only after a sync of its directory. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
