/**
 * The end of the log in memory, up to a bound, so that all subscribers near the end share one read. It holds every
 * transition between two positions, and answers null for earlier ones.
 */
import type { LoggedTransition } from './log.js';

/** Payloads of about 1,500 transitions. */
const CHARACTERS = 2 * 1024 * 1024;

export class RecentTransitions {
  /** The last position that is unknown, with all before it. */
  #start: number;
  #end: number;
  #rows: LoggedTransition[] = [];
  /**
   * The first row in use. Earlier rows are dropped a quarter of the array at a time. Dropping each one alone would move
   * the rest, which takes 7 % of the cost of an event.
   */
  #first = 0;
  readonly #byTask = new Map<string, LoggedTransition[]>();
  #characters = 0;
  readonly #bound: number;

  /** @param position the end of the log, as far as it has been read */
  constructor(position: number, characters = CHARACTERS) {
    this.#start = position;
    this.#end = position;
    this.#bound = characters;
  }

  get end(): number {
    return this.#end;
  }

  /** @param page all transitions that follow `end`, up to the last of the page */
  extend(page: readonly LoggedTransition[]): void {
    for (const row of page) {
      this.#rows.push(row);
      this.#characters += row.payload.length;
      const ofTask = this.#byTask.get(row.taskId);
      if (ofTask === undefined) this.#byTask.set(row.taskId, [row]);
      else ofTask.push(row);
      this.#end = row.position;
    }
    this.#forget();
  }

  /**
   * Transitions of a task (null: of all) after a position, oldest first; null when the position lies before the first
   * row.
   */
  after(taskId: string | null, position: number, limit: number): readonly LoggedTransition[] | null {
    if (position < this.#start) return null;
    const rows = taskId === null ? this.#rows : (this.#byTask.get(taskId) ?? []);
    const first = firstAfter(rows, position, taskId === null ? this.#first : 0);
    return rows.slice(first, first + limit);
  }

  #forget(): void {
    while (this.#characters > this.#bound) {
      const row = this.#rows[this.#first];
      if (row === undefined) break;
      this.#first += 1;
      this.#characters -= row.payload.length;
      this.#start = row.position;
      const ofTask = this.#byTask.get(row.taskId);
      // The oldest row of all is also the oldest of its task.
      ofTask?.shift();
      if (ofTask?.length === 0) this.#byTask.delete(row.taskId);
    }
    if (this.#first * 4 < this.#rows.length) return;
    this.#rows = this.#rows.slice(this.#first);
    this.#first = 0;
  }
}

/** The index of the first row after a position, from `low` on. */
function firstAfter(rows: readonly LoggedTransition[], position: number, low: number): number {
  let high = rows.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((rows[middle]?.position ?? 0) > position) high = middle;
    else low = middle + 1;
  }
  return low;
}
