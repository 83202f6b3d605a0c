import { setImmediate as turnOfTheLoop } from 'node:timers/promises';
import { describe, expect, test } from '@jest/globals';
import { endOfTurn } from '../../../src/server/http/end-of-turn.js';

describe('endOfTurn', () => {
  test('all answers of a turn go on together, after the rest of its work', async () => {
    const order: string[] = [];
    void endOfTurn().then(() => order.push('first answer'));
    await Promise.resolve();
    void endOfTurn().then(() => order.push('second answer'));
    process.nextTick(() => order.push('request'));
    await turnOfTheLoop();
    expect(order).toEqual(['request', 'first answer', 'second answer']);
  });

  test('the answers of the next turn have an end of their own', async () => {
    const first = endOfTurn();
    expect(endOfTurn()).toBe(first);
    await first;
    const second = endOfTurn();
    expect(second).not.toBe(first);
    await second;
  });
});
