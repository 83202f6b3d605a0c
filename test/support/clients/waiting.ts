/**
 * Waiting for a condition or for a message, never for an amount of time. The time limit of the test ends a wait that is
 * in vain.
 */
import { setImmediate as turnOfTheLoop } from 'node:timers/promises';

/** Asks again and again until the answer is truthy, and returns it. */
export async function until<Found>(what: () => Found | Promise<Found>): Promise<NonNullable<Found>> {
  for (;;) {
    const found = await what();
    if (found) return found;
    await new Promise((resolve) => setTimeout(resolve, 2));
  }
}

/** Resolves when a count has stayed the same for 50 looks in a row. */
export async function untilSteady(count: () => number): Promise<void> {
  let quiet = 0;
  let seen = -1;
  await until(() => {
    const now = count();
    quiet = now === seen ? quiet + 1 : 0;
    seen = now;
    return quiet > 50;
  });
}

/** A queue of received messages for one reader. */
export function createInbox<Message>() {
  const messages: Message[] = [];
  let wake: () => void = () => {};
  let over = false;
  return {
    put(message: Message) {
      messages.push(message);
      wake();
    },
    end() {
      over = true;
      wake();
    },
    /** @returns undefined after the last message. */
    async next(): Promise<Message | undefined> {
      while (messages.length === 0 && !over) await new Promise<void>((resolve) => (wake = resolve));
      // A reader that asks again and again after the end leaves time for the limit of its test.
      if (messages.length === 0) await turnOfTheLoop();
      return messages.shift();
    },
    waiting: () => messages.length,
  };
}
