/**
 * Ends the process after an uncaught error. Its state is unknown then, so it takes no further turn of the event loop.
 * It sends the clients away, prints the error to standard error and exits. The next start resumes the work in progress,
 * as after a crash.
 */
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';

/** EX_SOFTWARE of sysexits.h. Neither Node nor this program uses the number for another condition. */
const UNCAUGHT_EXIT_CODE = 70;
/** The remaining 200 ms of a second are for the process to exit. */
const STUCK_MS = 800;

/** @param sendAway asks connected clients to reconnect, and waits for nothing */
export function exitOnUncaught(sendAway: () => void): void {
  // Unhandled rejections arrive here too.
  process.on('uncaughtException', (error) => {
    try {
      tryStep(() => killWithin(STUCK_MS));
      tryStep(sendAway);
      tryStep(() => console.error(`The gateway exits because of an uncaught error: ${shown(error)}`));
    } finally {
      process.exit(UNCAUGHT_EXIT_CODE);
    }
  });
}

/** A failing step must not prevent the others, because each has its own use. */
function tryStep(step: () => void): void {
  try {
    step();
  } catch (failure) {
    console.error(`A step of the exit failed: ${shown(failure)}`);
  }
}

/** Showing an error may run code of the error. */
function shown(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/**
 * Another thread ends the process, because this one may be stuck in a loop, or in code that runs while the error is
 * printed.
 */
export function killWithin(ms: number): void {
  new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms})`, { eval: true, execArgv: [] })
    // Without another thread, the timers of this one remain.
    .on('error', () => {});
}
