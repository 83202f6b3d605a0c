/** Several keys of an issuer, without ids or under one id, and keys that are replaced under their id. */
import { describe, expect, test } from '@jest/globals';
import type { JWK } from 'jose';
import { systemClock } from '../../../../src/runtime/clock.js';
import {
  BASE,
  jwkOf,
  newKey,
  openAuthenticator,
  rightsOf,
  signed,
  type Claims,
} from '../../../support/server/authenticator.js';

const TOKEN: Claims = { ...BASE, scope: 'tasks:read' };

describe("the issuer's keys", () => {
  test.each<[string, string | undefined, string | undefined]>([
    ['under one id', 'k', 'k'],
    ['without ids', undefined, undefined],
    ['without ids, for tokens that name one', undefined, 'k'],
    ['under one id, for tokens that name none', 'k', undefined],
  ])('with two keys %s the gateway accepts tokens of both and refuses a third key', async (_what, published, named) => {
    const [one, two, third] = await Promise.all([newKey(), newKey(), newKey()]);
    const { ask, clock } = await openAuthenticator({
      keys: [await jwkOf(one, published), await jwkOf(two, published)],
    });
    for (const pair of [one, two]) expect(rightsOf(await ask(await signed(TOKEN, pair, named)))).toBe('reads all');
    const refused = ask(await signed(TOKEN, third, named));
    await clock.whenAsleep();
    await clock.advance(1000);
    expect(rightsOf(await refused)).toMatch(/^401: .*signature does not match/);
  });

  test('keys without ids are read again after ten minutes, like other keys', async () => {
    const [one, two] = await Promise.all([newKey(), newKey()]);
    const published = { keys: [await jwkOf(one), await jwkOf(two)] };
    const { ask, clock, reads } = await openAuthenticator(published);
    await ask(await signed(TOKEN, one));
    await clock.advance(10 * 60_000);
    await ask(await signed(TOKEN, one));
    expect(reads.count).toBe(2);
  });

  test('after a replacement under the same id the new key is accepted at once and the old key refused', async () => {
    const [old, fresh] = await Promise.all([newKey(), newKey()]);
    const published = { keys: [await jwkOf(old, 'k')] };
    const { ask, clock, reads } = await openAuthenticator(published);
    const oldToken = await signed(TOKEN, old, 'k');
    expect(rightsOf(await ask(oldToken))).toBe('reads all');
    await clock.advance(60_000);
    published.keys = [await jwkOf(fresh, 'k')];
    expect(rightsOf(await ask(await signed(TOKEN, fresh, 'k')))).toBe('reads all');
    expect(reads.count).toBe(2);
    expect(rightsOf(await ask(oldToken))).toMatch(/^401: .*signature/);
    expect(reads.count).toBe(2);
  });

  test('a token of a key that was replaced just after a read waits for the next read', async () => {
    const [old, fresh] = await Promise.all([newKey(), newKey()]);
    const published = { keys: [await jwkOf(old, 'k')] };
    const { ask, clock, reads } = await openAuthenticator(published);
    await ask(await signed(TOKEN, old, 'k'));
    published.keys = [await jwkOf(fresh, 'k')];
    await clock.advance(400);
    const waiting = ask(await signed(TOKEN, fresh, 'k'));
    await clock.whenAsleep();
    expect(reads.count).toBe(1);
    await clock.advance(600);
    expect(rightsOf(await waiting)).toBe('reads all');
  });

  test('many forged tokens are refused and cause at most one read a second', async () => {
    const [key, forger] = await Promise.all([newKey(), newKey()]);
    const { ask, reads } = await openAuthenticator({ keys: [await jwkOf(key, 'k')] }, {}, systemClock);
    const begunAt = performance.now();
    await ask(await signed(TOKEN, key, 'k'));
    const forged = await Promise.all(Array.from({ length: 50 }, (_value, n) => signed({ ...TOKEN, n }, forger, 'k')));
    for (let round = 0; round < 2; round += 1) {
      const outcomes = await Promise.all(forged.map(ask));
      expect(outcomes.map(rightsOf)).toEqual(forged.map(() => expect.stringMatching(/^401: .*signature/)));
    }
    expect(reads.count).toBeLessThanOrEqual(2 + (performance.now() - begunAt) / 1000);
  });

  test('a token whose signature fits no known key is retryable while the keys cannot be read', async () => {
    const [key, other] = await Promise.all([newKey(), newKey()]);
    const published: { keys: JWK[] } = { keys: [await jwkOf(key, 'k')] };
    const { ask, clock } = await openAuthenticator(published);
    await ask(await signed(TOKEN, key, 'k'));
    await clock.advance(60_000);
    Object.assign(published, { keys: 'gone' });
    expect(rightsOf(await ask(await signed(TOKEN, other, 'k')))).toMatch(/^503: The issuer's keys cannot be read/);
  });
});
