/** What somebody wants started, and what it becomes: a task, and the token under which AWS hears of it. */
import { context, propagation } from '@opentelemetry/api';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import { NO_DETAILS, type Task } from './task.js';

/** Fixed for ever: another one would give every start another token at AWS, and so a second task after a loss of our data. */
const AWS_TOKEN_NAMESPACE = 'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11';

export type Start = {
  readonly subject: string | null;
  readonly input: TaskInput;
  readonly clientToken: string;
  /** The token was made for this start, so that no other can have it. */
  readonly isTokenNew?: boolean;
  /** The task that this start tries again. */
  readonly retryOf?: string | undefined;
  /** Whether whoever makes it may have the task that it turns out to be; a retry may be there that is somebody else's. Left out: yes. */
  readonly mayHave?: (task: Task) => boolean;
  readonly batchId?: string | undefined;
  /** Of the request that made it. */
  readonly trace?: string | null;
};

/** A start that becomes a task in the write under way. */
export type NewStart = { readonly task: Task; readonly awsClientToken: string };

/** The token that AWS sees: the same after any loss of our data, never shared by two people, two kinds of task or two catalogs. */
export function awsClientToken(start: Start): string {
  const { subject, input, clientToken } = start;
  return uuidV5(JSON.stringify([subject, input.kind, input.catalog, clientToken]), AWS_TOKEN_NAMESPACE);
}

export function newTask(
  { subject, input, clientToken, retryOf, batchId, trace }: Start,
  position: number,
  now: number,
): Task {
  return {
    id: uuidV7(),
    position,
    subject,
    clientToken,
    input,
    retryOf: retryOf ?? null,
    batchId: batchId ?? null,
    status: 'QUEUED',
    sequence: 1,
    details: NO_DETAILS,
    failure: null,
    trace: trace ?? null,
    createdAt: now,
    updatedAt: now,
  };
}

/** The trace (a W3C traceparent) that whoever calls this works for. */
export function activeTrace(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}
