/**
 * Records how far the log has come in a file beside the database, at most a second after a commit and at a clean stop.
 * A database that ends before the record has lost answered commits, or is an older copy. Neither shows in the database
 * itself.
 */
import { createHash } from 'node:crypto';
import { open, rename } from 'node:fs/promises';
import { SECOND, type Clock } from '../../runtime/clock.js';
import { codeOf } from '../errors/error-code.js';
import { readBeside } from './companion-files.js';
import type { AssertPresent } from './presence.js';

export type Head = { readonly logId: string; readonly position: number };

type HeadRecord = {
  /** Notes that the log has come to this position, by a commit that is on the disk. */
  note(head: Head): void;
  /** Writes the record for the last time. */
  close(head: Head): Promise<void>;
};

const INTERVAL_MS = SECOND;

/** @returns null when there is no record; 'damaged' when it differs from the format */
export function readHead(path: string): Head | 'damaged' | null {
  const bytes = readBeside(path);
  if (bytes === null) return null;
  const text = bytes.toString();
  const [, logId, position] = /^(\S+) (\d+) \S+\n$/.exec(text) ?? [];
  if (logId === undefined || position === undefined) return 'damaged';
  const head = { logId, position: Number(position) };
  return textOf(head) === text ? head : 'damaged';
}

export function createHeadRecord(options: {
  path: string;
  clock: Clock;
  assertPresent: AssertPresent;
  warn: (message: string) => void;
}): HeadRecord {
  const { path, clock, assertPresent, warn } = options;
  const closing = new AbortController();
  let latest: Head | null = null;
  let written: Head | null = null;
  let writing: Promise<void> | null = null;
  let isFailing = false;

  async function keepWriting(): Promise<void> {
    while (latest !== null && latest !== written && !closing.signal.aborted) {
      await write(latest);
      await clock.sleep(INTERVAL_MS, closing.signal);
    }
    writing = null;
  }

  /** A failure does not make the database less durable. It only makes damage harder to detect. */
  async function write(head: Head): Promise<void> {
    written = head;
    try {
      // The path may belong to another gateway by now.
      assertPresent();
      await replace(path, textOf(head));
      isFailing = false;
    } catch (error) {
      if (!isFailing)
        warn(`${path} cannot be written (${codeOf(error)}): a later damage of the database may not be noticed`);
      isFailing = true;
    }
  }

  return {
    note(head) {
      latest = head;
      writing ??= keepWriting();
    },
    async close(head) {
      closing.abort();
      await writing;
      await write(head);
    },
  };
}

/** A crash leaves the earlier text or the new one, and nothing between. */
async function replace(path: string, text: string): Promise<void> {
  const file = await open(`${path}.new`, 'w', 0o600);
  try {
    await file.writeFile(text);
    await file.datasync();
  } finally {
    await file.close();
  }
  await rename(`${path}.new`, path);
}

function textOf({ logId, position }: Head): string {
  const text = `${logId} ${position}`;
  return `${text} ${createHash('sha256').update(text).digest('hex').slice(0, 16)}\n`;
}
