/**
 * The client of Partner Central, on top of the SDK. Each call returns a value or a failure of failure.ts and never
 * throws. No call is retried here, because a retry would spend quota without a permit.
 */
import { trace, SpanStatusCode } from '@opentelemetry/api';
import { SECOND } from '../runtime/clock.js';
import type { Telemetry } from '../runtime/telemetry.js';
import { createConnection, type Connection, type ConnectionOptions } from './sdk-connection.js';
import { classifyFailure, classifyUnsent, type CallFailure } from './failure.js';
import {
  TASK_OPERATIONS,
  answerOf,
  isEmptyAnswer,
  pageOf,
  sendStart,
  type CallOptions,
  type TaskPage,
  type TaskQuery,
} from './task-operations.js';
import type { RecordOperation } from './record-operations.js';
import type { TaskAnswer, TaskInput } from './model/task-kind.js';
import { EmptyAnswer } from './mappers/nullable.js';

/**
 * AWS works 2 to 3 s inside the call of a Start (published samples). After ten times that, the answer counts as lost.
 */
const START_TIMEOUT_MS = 30 * SECOND;
const READ_TIMEOUT_MS = 10 * SECOND;
/** A person waits for an edit, and a reading of the record shows what became of a lost one. */
const WRITE_TIMEOUT_MS = 10 * SECOND;

export type CallResult<T> = { readonly type: 'ok'; readonly value: T } | CallFailure;

export type PartnerCentral = Pick<Connection, 'prepare' | 'close'> & {
  /** One attempt to start a task. A repetition with the same token returns the current state of the same task. */
  startTask(input: TaskInput, clientToken: string): Promise<CallResult<TaskAnswer>>;
  /** One page of a List. */
  listTasks(query: TaskQuery): Promise<CallResult<TaskPage>>;
  /** One operation of record-operations.ts. */
  read<Q, A>(recordOperation: RecordOperation<Q, A>, query: Q): Promise<CallResult<A>>;
  /** One operation that changes a record. After a failure of type `unknown`, AWS may have made the change. */
  write<Q, A>(recordOperation: RecordOperation<Q, A>, query: Q): Promise<CallResult<A>>;
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
    let isSent = false;
    void clock.sleep(timeoutMs, answered.signal).then(() => {
      if (!answered.signal.aborted) timeout.abort();
    });
    const onSend = (): void => {
      // After the timeout the SDK does not send the request.
      isSent = !timeout.signal.aborted;
    };
    const span = trace
      .getTracer('partner-central-gateway')
      .startSpan(operation, { attributes: { 'rpc.system': 'aws-api', 'rpc.method': operation } });
    const result = await send({ abortSignal: timeout.signal, onSend }).then(
      (value): CallResult<T> => ({ type: 'ok', value }),
      (error: unknown): CallResult<T> => {
        if (!isSent) {
          telemetry.callNotSent({ operation, reason: String(error) });
          return classifyUnsent(error, connection.credentialsReason());
        }
        if (timeout.signal.aborted)
          return { type: 'unknown', awsCode: 'Timeout', message: `AWS did not answer within ${timeoutMs / SECOND} s.` };
        return classifyFailure(error, connection.credentialsReason());
      },
    );
    // The reason saves the error with a stack that abort() would otherwise create for each call.
    answered.abort('answered');
    const awsCode = result.type === 'ok' ? null : result.awsCode;
    telemetry.awsCalled({ operation, outcome: result.type, awsCode, durationMs: clock.monotonic() - begunAt });
    if (awsCode !== null) span.setStatus({ code: SpanStatusCode.ERROR, message: awsCode });
    span.end();
    return result;
  }

  function callRecord<Q, A>(recordOperation: RecordOperation<Q, A>, query: Q, timeoutMs: number) {
    return call(recordOperation.operation, timeoutMs, async (callOptions) => {
      const { sdk, client } = await connection.connect();
      return recordOperation.send(sdk, client, query, callOptions);
    });
  }

  return {
    startTask(input, clientToken) {
      const start = async (callOptions: CallOptions): Promise<TaskAnswer> => {
        const { sdk, client } = await connection.connect();
        const answer = await sendStart(sdk, client, input, clientToken, callOptions);
        if (isEmptyAnswer(answer)) throw new EmptyAnswer('a task');
        return answerOf(answer);
      };
      return call(TASK_OPERATIONS[input.kind].start, START_TIMEOUT_MS, start);
    },
    listTasks(query) {
      const operations = TASK_OPERATIONS[query.kind];
      return call(operations.list, READ_TIMEOUT_MS, async (callOptions) => {
        const { sdk, client } = await connection.connect();
        return pageOf(await operations.sendList(sdk, client, query, callOptions));
      });
    },
    read: (recordOperation, query) => callRecord(recordOperation, query, READ_TIMEOUT_MS),
    write: (recordOperation, query) => callRecord(recordOperation, query, WRITE_TIMEOUT_MS),
    prepare: (signal) => connection.prepare(signal),
    close: () => connection.close(),
  };
}
