/**
 * Sending a start in the same breath as it is accepted. Where this process is the one that sends, nothing waits before the start and AWS's quota
 * allows, the permission and the attempt are part of the write that accepts it, which saves a write and a round through the queue.
 */
import type { Tx } from '../db/database.js';
import type { Task } from './task.js';

/** A start that is being accepted. Until it is stored nobody knows its task's position, nor exactly when that is made. */
export type NewStart = { readonly task: Task; readonly awsClientToken: string };

/** One start may be sent as soon as the write that accepts it has been committed, provided that it is an attempt by then. */
export type Offer = {
  /** Within the write, before the start is stored: from here on nobody else takes a permission, so that the time of the start may be that of one. */
  lock(tx: Tx): Promise<unknown>;
  /** Within the write, after the start: makes it an attempt if nothing waits before it and the quota allows, and resolves with whether that is so. */
  attempt(tx: Tx): Promise<boolean>;
  /** After the commit, with the task as it was stored; resolves once AWS has answered, with null when that has not settled the start. Never rejects. */
  send(task: Task): Promise<Task | null>;
  /** It is no attempt, or the write has failed, or it is not known whether it has. */
  withdraw(): void;
};

export type Sender = {
  /** Null when starts have to queue. */
  offer(start: NewStart): Offer | null;
};

/** Where whoever sends puts itself while it does. */
export type SenderSlot = { current: Sender | null };
