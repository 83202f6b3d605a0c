/**
 * Reading a stream without promises. Of the many readers that wait, each would keep a promise with its two functions at every step between
 * the source and the network, which is more than all else that it needs; a reader that is called keeps none.
 */
export type Reader<T> = {
  /** Called once for each question, at once or later. It may ask for the next, and must not throw. */
  take(result: IteratorResult<T, undefined>): void;
  /** Instead of `take`. */
  fail(error: unknown): void;
};

/** A stream that can be read either way. */
export type Readable<T> = AsyncIterableIterator<T> & {
  /** Like `next`; questions are answered in the order in which they were asked. */
  nextTo(reader: Reader<T>): void;
};

/** Asks any stream for what comes next. */
export function readNext(source: AsyncIterator<unknown> | Readable<unknown>, reader: Reader<unknown>): void {
  if ('nextTo' in source) return source.nextTo(reader);
  source.next().then(
    (result) => reader.take(result.done === true ? ENDED : result),
    (error: unknown) => reader.fail(error),
  );
}

const ENDED: IteratorReturnResult<undefined> = { done: true, value: undefined };
