/** Each stream is read by its promises: no source is asked to call a receiver. */
import type * as original from '../../../src/runtime/pull-stream.js';

export const pullNext: typeof original.pullNext = (source, receiver) => {
  source.next().then(
    (result) => receiver.take(result.done === true ? { done: true, value: undefined } : result),
    (error: unknown) => receiver.fail(error),
  );
};
