/**
 * Remembers for a moment what many ask for at about the same time. What has not been asked for since goes soon, because garbage that lives
 * somewhat longer is the dearest: each collection of the young copies it, at a pause for whoever waits for an event.
 */
import type { Clock } from './clock.js';

/** How long it is remembered after it was last asked for: at least this, or until something new comes; at most twice as long while new things come. */
const KEPT_MS = 25;
/** More than this, and older ones go however recent they are. */
const KEPT = 128;

export class ShortMemory<K, V> {
  readonly #clock: Clock;
  #recent = new Map<K, V>();
  #older = new Map<K, V>();
  #since: number;

  constructor(clock: Clock) {
    this.#clock = clock;
    this.#since = clock.monotonic();
  }

  get(key: K): V | undefined {
    const recent = this.#recent.get(key);
    if (recent !== undefined) return recent;
    const older = this.#older.get(key);
    if (older !== undefined) this.set(key, older);
    return older;
  }

  set(key: K, value: V): void {
    const age = this.#clock.monotonic() - this.#since;
    if (age >= KEPT_MS || this.#recent.size >= KEPT) {
      this.#older = this.#recent;
      this.#recent = new Map();
      this.#since += age;
    }
    this.#recent.set(key, value);
  }
}
