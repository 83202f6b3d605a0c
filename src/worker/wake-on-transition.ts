/** Wakes a loop of the worker when the log has grown by what concerns it. */
import { readPayload } from '../tasks/store/transition-payload.js';
import type { Task } from '../tasks/task.js';
import type { Hub } from '../transitions/hub.js';

/** With more at once, looking is cheaper than reading what they are. */
const MANY = 100;

/** @returns how to end it. Of what it does not know, as after a break, it takes all to concern the loop. */
export function wakeOnTransition(hub: Hub, concerns: (task: Task) => boolean, wake: () => void): () => void {
  let seen = hub.position();
  return hub.attach(null, () => {
    const grown = hub.recent(null, seen, MANY);
    seen = hub.position();
    if (grown === null || grown.length === MANY || grown.some((transition) => concerns(readPayload(transition).task)))
      wake();
  });
}
