/**
 * Reading for many requests: those that come while statements are under way share the next one, since a statement for fifty tasks costs hardly
 * more than one for one, and a list is often wanted by many at once: by every page that was open when a gateway restarted. What a request gets
 * is never older than the request: its statement begins after it came.
 */
import { mayBeStored } from '../db/texts.js';
import { isDamage } from '../db/unreadable-row.js';
import type { Task } from './task.js';

/** The more are under way, the fewer are shared; a second one, so that not everybody waits for one that hangs. */
const MAX_UNDER_WAY = 2;
/** SQLite takes 32,766 parameters. */
const MAX_IDS = 1000;

type Waiter = { readonly found: Promise<Task | null>; readonly resolve: (task: Task | null) => void; readonly reject: (error: unknown) => void };

/** @param read those of the given tasks that there are, in any order. */
export function createTaskReader(read: (ids: readonly string[]) => Promise<readonly Task[]>): (id: string) => Promise<Task | null> {
  const waiting = new Map<string, Waiter>();
  let underWay = 0;

  async function readNext(): Promise<void> {
    const asked = [...waiting].slice(0, MAX_IDS);
    for (const [id] of asked) waiting.delete(id);
    underWay += 1;
    try {
      const found = new Map((await read(asked.map(([id]) => id))).map((task) => [task.id, task]));
      for (const [id, { resolve }] of asked) resolve(found.get(id) ?? null);
    } catch (error) {
      // One task that cannot be read fails none of the others.
      if (isDamage(error) && asked.length > 1) await readEach(asked);
      else for (const [, { reject }] of asked) reject(error);
    } finally {
      underWay -= 1;
      if (waiting.size > 0) void readNext();
    }
  }

  async function readEach(asked: readonly (readonly [string, Waiter])[]): Promise<void> {
    for (const [id, { resolve, reject }] of asked) await read([id]).then(([task]) => resolve(task ?? null), reject);
  }

  return async (id) => {
    if (!mayBeStored(id)) return null;
    const waiter = waiting.get(id) ?? createWaiter();
    waiting.set(id, waiter);
    if (underWay < MAX_UNDER_WAY) void readNext();
    return waiter.found;
  };
}

function createWaiter(): Waiter {
  let resolve: Waiter['resolve'] = () => {};
  let reject: Waiter['reject'] = () => {};
  const found = new Promise<Task | null>((onFound, onFailed) => {
    resolve = onFound;
    reject = onFailed;
  });
  return { found, resolve, reject };
}

type Reads<T> = { underWay: number; next: { readonly answer: Promise<T>; readonly begin: () => void } | null };

/** @returns how to read what a key stands for: whoever reads under an equal key must want the same. */
export function createSharing<T>(): (key: string, read: () => Promise<T>) => Promise<T> {
  const readsOf = new Map<string, Reads<T>>();

  async function run(key: string, reads: Reads<T>, read: () => Promise<T>): Promise<T> {
    try {
      return await read();
    } finally {
      const { next } = reads;
      reads.next = null;
      // The next one takes the place of this one.
      if (next === null) reads.underWay -= 1;
      else next.begin();
      if (reads.underWay === 0) readsOf.delete(key);
    }
  }

  return (key, read) => {
    const reads = readsOf.get(key) ?? { underWay: 0, next: null };
    readsOf.set(key, reads);
    if (reads.underWay < MAX_UNDER_WAY) {
      reads.underWay += 1;
      return run(key, reads, read);
    }
    reads.next ??= whenBegun(() => run(key, reads, read));
    return reads.next.answer;
  };
}

function whenBegun<T>(work: () => Promise<T>): { readonly answer: Promise<T>; readonly begin: () => void } {
  let begin = (): void => {};
  const turn = new Promise<void>((resolve) => {
    begin = resolve;
  });
  return { answer: turn.then(work), begin };
}
