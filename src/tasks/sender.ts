/**
 * Sending a start in the same breath as it is accepted. Where this process is the one that sends, nothing waits before the start and AWS's quota
 * allows, the permission and the attempt are part of the write that accepts it, which saves a write and a round through the queue.
 */
import type { Tx } from '../db/database.js';
import type { Turn } from '../transitions/log.js';
import type { Task } from './task.js';

export type NewStart = {
  readonly task: Task;
  readonly awsClientToken: string;
  /** Of the attempt that is made at once; absent when it is to be sent later. */
  readonly attemptedAt?: number | undefined;
};

/** One start of a write may be sent as soon as that has been committed. */
export type Offer = {
  readonly now: number;
  /** Within the write, as one of its last statements. */
  take(start: NewStart): void;
  /** After the commit; resolves once AWS has answered, with null when that has not settled the start. Never rejects. */
  send(): Promise<Task | null>;
  /** The write has failed, or it is not known whether it has. */
  withdraw(): void;
};

export type Sender = {
  /** Within a write, which awaits its turn among the writers; null when starts have to queue. */
  offer(tx: Tx, turn: Promise<Turn | null>): Promise<Offer | null>;
};

/** Where whoever sends puts itself while it does. */
export type SenderSlot = { current: Sender | null };
