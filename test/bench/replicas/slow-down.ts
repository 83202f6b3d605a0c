/**
 * Gives each of several processes a small share of a processor. They are stopped, and each is continued for one slot of
 * each period. A machine with few processors thus imitates several small ones, if all shares together leave it idle
 * time.
 */
import { serve } from '../child.js';
import { SLOTS } from './slots.js';

const SLOT_MS = 2;

const still = new Int32Array(new SharedArrayBuffer(4));
let pids: readonly number[] = [];
let running: Promise<void> = Promise.resolve();

/** A busy wait, because a timer is late by about the length of a slot. */
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
    // This lets the process receive the message that ends the slow-down.
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
