/**
 * Accepts one start that comes by itself, by statements that need not wait for each other: one journey to the database and back. They store
 * and log nothing when the start was made before; a position of the log is left unused then.
 */
import { lastly, type Database } from '../db/database.js';
import { appendFirst, takeTurn } from '../transitions/log.js';
import { firstTransitionAround } from './facts.js';
import { insertUnlessKnown } from './insert.js';
import type { NewStart, Offer, Sender } from './sender.js';
import { awsClientToken, newTask, type Start } from './start.js';
import type { Task } from './task.js';

/** `sent` when it is being sent already: see `Offer.send`. */
export type Alone = { readonly task: Task; readonly sent?: Promise<Task | null> };

/** @returns null, and nothing is stored, when there is a task of this start, or one that tries the same task again. */
export async function acceptAlone(db: Database, start: Start, sender: Sender | null): Promise<Alone | null> {
  const about = { task: newTask(start, 0, db.nowAbout()), awsClientToken: awsClientToken(start) };
  const offer = sender?.offer(about) ?? null;
  try {
    const { stored, isAttempt } = await store(db, about, offer);
    const task: Task | null = stored === null ? null : { ...about.task, position: stored.position, createdAt: stored.createdAt, updatedAt: stored.createdAt };
    if (!isAttempt) offer?.withdraw();
    if (task === null) return null;
    return offer !== null && isAttempt ? { task, sent: offer.send(task) } : { task };
  } catch (error) {
    offer?.withdraw();
    throw error;
  }
}

type Stored = { readonly stored: Pick<Task, 'position' | 'createdAt'> | null; readonly isAttempt: boolean };

async function store(db: Database, about: NewStart, offer: Offer | null): Promise<Stored> {
  // What the statements made of it is known after the commit: waiting for it before would keep that from leaving with them.
  const written = await db.write(async (tx) => {
    const turn = takeTurn(db, tx, null, 1);
    const locked = offer?.lock(tx) ?? Promise.resolve();
    const stored = insertUnlessKnown(db, tx, about);
    const appended = appendFirst(tx, about.task.id, firstTransitionAround(about.task));
    const attempted = offer === null ? Promise.resolve(false) : offer.attempt(tx);
    lastly(tx, turn, locked, stored, appended, attempted);
    return { stored, attempted };
  });
  return { stored: await written.stored, isAttempt: await written.attempted };
}
