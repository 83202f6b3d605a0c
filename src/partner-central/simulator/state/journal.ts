/**
 * What was accepted, as lines of JSON: each on the disk before it is answered, so that the world survives a kill. A Start has no
 * tag, as when there were only Starts; an edit names its operation as `edit`. A last line that was cut off belongs to a request
 * nobody was answered, and is dropped. Any other damage is refused.
 */
import { appendFileSync, closeSync, fsyncSync, ftruncateSync, openSync, readFileSync } from 'node:fs';
import { dirname, resolve } from 'node:path';
import { tryParseJson } from '../../../runtime/bounded-json.js';
import { makeDirectory } from '../../../runtime/make-directory.js';
import { EDITS, type Edit, isEditName } from './updates.js';
import { TASK_KINDS, type Subject } from '../tasks/task-kinds.js';

/** What the world as it was decided about a Start; without one, its identifier decides. */
export type Decision = { readonly failure?: { readonly reasonCode: string; readonly message: string } | undefined };

export type StartRequest = Subject & {
  /** Equal for requests with an equal body. */
  readonly fingerprint: string;
  readonly decided?: Decision | undefined;
};

export type AcceptedStart = StartRequest & { readonly startedAt: number };

type Entry = { readonly start: AcceptedStart } | { readonly edit: Edit };

export type Journal = {
  /** What was accepted before the journal was opened, in that order. */
  readonly entries: readonly Entry[];
  appendStart(start: AcceptedStart): void;
  /** Edits are kept as the body that asked for them. */
  appendEdit(edit: Edit, body: unknown): void;
  close(): void;
};

/** Without a path nothing is kept. */
export function openJournal(path?: string): Journal {
  if (path === undefined) return { entries: [], appendStart() {}, appendEdit() {}, close() {} };

  makeDirectory(dirname(resolve(path)));
  const file = openSync(path, 'a+');
  try {
    const content = readFileSync(file);
    let length = content.lastIndexOf('\n') + 1;
    const entries = parseLines(path, content.subarray(0, length).toString('utf8'));
    // A new line must not be glued to the rest of one that was cut off.
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
        // The caller is told that this failed, so it must not come back after a restart.
        ftruncateSync(file, length);
        throw error;
      }
    }

    return {
      entries,
      appendStart: append,
      appendEdit: ({ edit, at }, body) => append({ edit, at, request: body }),
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
  if (!isEditName(edit) || typeof at !== 'number') return undefined;
  try {
    return { edit: { ...EDITS[edit](request), at } };
  } catch {
    return undefined;
  }
}

function isAcceptedStart(value: object): value is AcceptedStart {
  const fields = new Map<string, unknown>(Object.entries(value));
  const kind = fields.get('kind');
  const optional = ['contextIdentifier', 'targetArn', 'newContextIdentifier'];
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

/** The name of a new file is durable only with its directory. */
function syncDirectory(path: string): void {
  const directory = openSync(path, 'r');
  try {
    fsyncSync(directory);
  } finally {
    closeSync(directory);
  }
}
