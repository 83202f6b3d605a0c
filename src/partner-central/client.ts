/**
 * Partner Central in the gateway's words, over the SDK. Every call either has a value or one of the failures of failure.ts; nothing
 * is thrown. No call is repeated here: the SDK's own retries would spend quota that nobody counted.
 */
import { trace, SpanStatusCode } from '@opentelemetry/api';
import { SECOND } from '../runtime/clock.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { createConnection, type Connection, type ConnectionOptions } from './sdk-connection.js';
import { classifyFailure, classifyUnsent, type CallFailure } from './failure.js';
import {
  OPERATIONS,
  answerOf,
  isEmptyAnswer,
  pageOf,
  sendStart,
  type CallOptions,
  type TaskPage,
  type TaskQuery,
} from './task-operations.js';
import type { Read } from './record-operations.js';
import type { TaskAnswer, TaskInput } from './model/task-kind.js';
import { EmptyAnswer } from './mappers/nullable.js';

/** A Start works inside the call, for 2 to 3 s as published samples show; ten times that is a lost answer. */
const START_TIMEOUT_MS = 30 * SECOND;
const READ_TIMEOUT_MS = 10 * SECOND;

export type CallResult<T> = { readonly type: 'ok'; readonly value: T } | CallFailure;

export type PartnerCentral = Pick<Connection, 'prepare' | 'close'> & {
  /** One attempt to start a task. Sent again with the same token it is answered with the task as it then stands. */
  startTask(input: TaskInput, clientToken: string): Promise<CallResult<TaskAnswer>>;
  /** One page of a List. */
  listTasks(query: TaskQuery): Promise<CallResult<TaskPage>>;
  /** One of the reads of reads.ts. */
  read<Q, A>(read: Read<Q, A>, query: Q): Promise<CallResult<A>>;
};

export type PartnerCentralOptions = ConnectionOptions & { readonly telemetry: Telemetry };

export function createPartnerCentral(options: PartnerCentralOptions): PartnerCentral {
  const { clock, telemetry } = options;
  const connection = createConnection(options);

  async function call<T>(
    operation: string,
    timeoutMs: number,
    send: (options: CallOptions) => Promise<T>,
  ): Promise<CallResult<T>> {
    const timeout = new AbortController();
    const answered = new AbortController();
    const begunAt = clock.monotonic();
    let hasLeft = false;
    void clock.sleep(timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) timeout.abort();
    });
    const leave = (): void => {
      // A request that is late already goes no further.
      hasLeft = !timeout.signal.aborted;
    };
    const span = trace
      .getTracer('partner-central-gateway')
      .startSpan(operation, { attributes: { 'rpc.system': 'aws-api', 'rpc.method': operation } });
    const result = await send({ abortSignal: timeout.signal, leave }).then(
      (value): CallResult<T> => ({ type: 'ok', value }),
      (error: unknown): CallResult<T> => {
        if (!hasLeft) {
          telemetry.callNotSent({ operation, reason: String(error) });
          return classifyUnsent(error, connection.saidOfCredentials());
        }
        if (timeout.signal.aborted)
          return { type: 'unknown', awsCode: 'Timeout', message: `AWS did not answer within ${timeoutMs / SECOND} s.` };
        return classifyFailure(error, connection.saidOfCredentials());
      },
    );
    // With a reason of its own: without one each call would make an error with a stack that nobody reads.
    answered.abort('answered');
    const awsCode = result.type === 'ok' ? null : result.awsCode;
    telemetry.awsCalled({ operation, outcome: result.type, awsCode, durationMs: clock.monotonic() - begunAt });
    if (awsCode !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: awsCode });
    span.end();
    return result;
  }

  return {
    startTask(input, clientToken) {
      const start = async (callOptions: CallOptions): Promise<TaskAnswer> => {
        const { sdk, client } = await connection.connect();
        const answer = await sendStart(sdk, client, input, clientToken, callOptions);
        if (isEmptyAnswer(answer)) throw new EmptyAnswer('a task');
        return answerOf(answer);
      };
      return call(OPERATIONS[input.kind].start, START_TIMEOUT_MS, start);
    },
    listTasks(query) {
      const operations = OPERATIONS[query.kind];
      return call(operations.list, READ_TIMEOUT_MS, async (callOptions) => {
        const { sdk, client } = await connection.connect();
        return pageOf(await operations.sendList(sdk, client, query, callOptions));
      });
    },
    read(read, query) {
      return call(read.operation, READ_TIMEOUT_MS, async (callOptions) => {
        const { sdk, client } = await connection.connect();
        return read.send(sdk, client, query, callOptions);
      });
    },
    prepare: (signal) => connection.prepare(signal),
    close: () => connection.close(),
  };
}
