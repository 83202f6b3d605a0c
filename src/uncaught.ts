/**
 * The end of the process after an error that nothing caught. Its state is unknown then, so that no further turn of the event loop is taken: the clients
 * are sent away, standard error says what it was, and the process exits. Work that was under way is resumed at the next start, as after a crash.
 */
import { inspect } from 'node:util';
import { Worker } from 'node:worker_threads';

/** EX_SOFTWARE of sysexits.h, which neither Node nor this program uses for anything else. */
const UNCAUGHT_EXIT_CODE = 70;
/** The rest of a second is for the process to go. */
const STUCK_MS = 800;

/** @param sendAway tells the clients that are connected to come back, without waiting for anything */
export function exitOnUncaught(sendAway: () => void): void {
  // A rejection that nothing handles arrives here too.
  process.on('uncaughtException', (error) => {
    try {
      attempt(() => killWithin(STUCK_MS));
      attempt(sendAway);
      attempt(() => console.error(`The gateway ends because of an error that nothing caught: ${shown(error)}`));
    } finally {
      process.exit(UNCAUGHT_EXIT_CODE);
    }
  });
}

/** One step that fails must not take the others with it: each is worth something alone. */
function attempt(step: () => void): void {
  try {
    step();
  } catch (failure) {
    console.error(`A step of the end of the process failed: ${shown(failure)}`);
  }
}

/** An error may run code of its own when it is shown. */
function shown(error: unknown): string {
  try {
    return inspect(error);
  } catch {
    return 'an error that cannot be shown';
  }
}

/** Another thread ends the process, because this one may be stuck: in a loop, or in what the error runs when it is printed. */
export function killWithin(ms: number): void {
  new Worker(`setTimeout(() => process.kill(process.pid, 'SIGKILL'), ${ms})`, { eval: true, execArgv: [] })
    // If no thread can be started, the timers of this one are all there is.
    .on('error', () => {});
}
