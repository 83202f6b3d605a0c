/** A start, the new task that it becomes, and the token under which it is sent to AWS. */
import { context, propagation } from '@opentelemetry/api';
import { v5 as uuidV5, v7 as uuidV7 } from 'uuid';
import type { TaskInput } from '../partner-central/model/task-kind.js';
import { NO_DETAILS, type Task } from './task.js';

/**
 * The namespace never changes. Another one would give each start another token at AWS, and after a loss of our data a
 * second task.
 */
const AWS_TOKEN_NAMESPACE = 'd2f1a4d8-6f0e-5c57-9b7e-3f0f5a0c8e11';

export type Start = {
  readonly subject: string | null;
  readonly input: TaskInput;
  readonly clientToken: string;
  /** True when the gateway made the token for this start, so that no earlier start has it. */
  readonly isTokenNew?: boolean;
  /** The id of the task that this start retries. */
  readonly retryOf?: string | undefined;
  /** Says if the caller may see the resulting task: another caller may have made the retry. Absent means yes. */
  readonly maySeeTask?: (task: Task) => boolean;
  readonly batchId?: string | undefined;
  /** The W3C traceparent of the request that made the start. */
  readonly trace?: string | null;
};

/** A start that becomes a task in the current transaction. */
export type NewStart = { readonly task: Task; readonly awsClientToken: string };

/**
 * The token for AWS. It is the same after a loss of our data, and never shared by two subjects, two kinds of task or
 * two catalogs.
 */
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

/** The trace of the current request, as a W3C traceparent; null when there is none. */
export function activeTrace(): string | null {
  const carrier: { traceparent?: string } = {};
  propagation.inject(context.active(), carrier);
  return carrier.traceparent ?? null;
}
