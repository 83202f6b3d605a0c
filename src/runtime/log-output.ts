/**
 * The output of the log, a stream that never blocks the process. Each line goes to the operating system at once, so
 * that a killed process has lost none.
 * Lines that a full pipe does not take wait in memory, up to a limit. Further lines are dropped and counted, as are
 * lines that cannot be written at all (a closed pipe, a full disk). The next line is tried again, because a disk can be
 * cleared.
 */
import type { Writable } from 'node:stream';

/** About a thousand lines: enough for a reader that falls behind while many streams begin. */
export const MAX_WAITING_BYTES = 1024 * 1024;

const NOT_READ = 'its reader does not read';

export type LogOutput = {
  write(line: string): void;
  /** The reason why the latest line was lost; null when it was written. */
  lastError(): string | null;
};

export type Losses = {
  /** Called for each line that is lost. */
  lost(): void;
  /** Called once lines are written again. */
  over(lines: number, cause: string): void;
};

/**
 * @param stream receives the lines; standard error by default, so that the ready block stays alone on standard output
 */
export function createLogOutput(losses: Losses, stream: Writable = process.stderr): LogOutput {
  let cause: string | null = null;
  let lines = 0;
  // A failed write also emits an event, which would end the process. The callback of the write gets the error too.
  if (stream.listenerCount('error') === 0) stream.on('error', ignore);

  function lose(because: string): void {
    cause = because;
    lines += 1;
    losses.lost();
  }

  function written(): void {
    if (cause === null || stream.writableLength > MAX_WAITING_BYTES / 2) return;
    const past = { lines, cause };
    cause = null;
    lines = 0;
    losses.over(past.lines, past.cause);
  }

  return {
    write(line) {
      if (stream.writableLength > MAX_WAITING_BYTES) return lose(NOT_READ);
      stream.write(line, (error: NodeJS.ErrnoException | null | undefined) => {
        if (error === null || error === undefined) written();
        else lose(error.code ?? error.message);
      });
    },
    lastError: () => cause,
  };
}

/** A function without a closure, because the listeners of standard error outlive a gateway. */
function ignore(): void {}
