/** Wakes a loop of the worker when a new transition concerns it. */
import { readPayload } from '../tasks/store/transition-payload.js';
import type { Task } from '../tasks/task.js';
import type { Hub } from '../transitions/hub.js';

/** With this many new transitions, waking the loop is cheaper than reading them. */
const MANY = 100;

/**
 * Wakes the loop also when the new transitions are unknown, as after a broken connection.
 * @returns a function that stops the wake-ups
 */
export function wakeOnTransition(hub: Hub, concerns: (task: Task) => boolean, wake: () => void): () => void {
  let seen = hub.position();
  return hub.attach(null, () => {
    const grown = hub.recent(null, seen, MANY);
    seen = hub.position();
    if (grown === null || grown.length === MANY || grown.some((transition) => concerns(readPayload(transition).task)))
      wake();
  });
}
