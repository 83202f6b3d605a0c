/**
 * Gives each of some processes a small share of a processor: they are stopped, and continued in turn for one slot of each period. So a machine with
 * few processors can show what several small ones would do, as long as all shares together leave it room for the rest.
 */
import { serve } from '../child.js';
import { SLOTS } from './slots.js';

const SLOT_MS = 2;

const still = new Int32Array(new SharedArrayBuffer(4));
let pids: readonly number[] = [];
let running: Promise<void> = Promise.resolve();

/** Not a timer: those are late by about as much as a slot is long. */
function pause(ms: number): void {
  Atomics.wait(still, 0, 0, ms);
}

function send(signal: NodeJS.Signals, to: readonly number[]): void {
  for (const pid of to) process.kill(pid, signal);
}

async function run(): Promise<void> {
  send('SIGSTOP', pids);
  while (pids.length > 0) {
    for (let slot = 0; slot < SLOTS; slot += 1) {
      const mine = pids.slice(slot, slot + 1);
      send('SIGCONT', mine);
      pause(SLOT_MS);
      send('SIGSTOP', mine);
    }
    // Whoever wants it to end is heard.
    await new Promise((settle) => setImmediate(settle));
  }
}

serve(null, {
  begin(some: readonly number[]) {
    if (some.length > SLOTS) throw new Error(`at most ${SLOTS} processes can have a ${SLOTS}th of a processor each`);
    pids = some;
    running = run();
  },
  async end() {
    const all = pids;
    pids = [];
    await running;
    send('SIGCONT', all);
  },
});
