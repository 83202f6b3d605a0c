/** Runs attacks on a gateway, many at a time, and finds out afterwards which of them broke a promise. */
import { setTimeout as sleep } from 'node:timers/promises';
import { createRandom, type Random } from '../../support/fakes/random.js';
import type { Campaign } from '../campaign.js';
import { LATE_MS, startTarget, type Target } from './target.js';

/** Sends the inputs of one connection. */
export type Attack = (
  target: Target,
  random: Random,
) => Promise<{
  readonly inputs: number;
  readonly failures: readonly string[];
  readonly figures?: Readonly<Record<string, number>>;
}>;

const ATTACKERS = 16;
const ATTEMPTS_ALONE = 3;
/**
 * The number of attacks after which the target is checked, and replaced by one with the other kind of authentication.
 */
const ATTACKS_A_TARGET = 6000;

type Run = { readonly index: number; readonly from: number; readonly to: number };

/** @param name the name of the campaign, which is part of the seed of its random numbers */
export function campaignOf(name: string, attack: Attack): Campaign {
  return async (options) => {
    const { inputs, seed } = options;
    const failures: string[] = [];
    const figures: Record<string, number> = {};
    let sent = 0;
    let index = 0;
    let slowestMs = 0;

    const attackWith = (target: Target, which: number) => attack(target, createRandom(seed, `${name} ${which}`));

    async function attackTarget(target: Target, until: number): Promise<void> {
      const runs: Run[] = [];
      const attacker = async (): Promise<void> => {
        while (sent < inputs && index < until && target.isAlive() && failures.length < 20) {
          const which = index;
          index += 1;
          const from = performance.now();
          const result = await attackWith(target, which);
          runs.push({ index: which, from, to: performance.now() });
          sent += result.inputs;
          failures.push(...result.failures.map((failure) => `attack ${which}: ${failure}`));
          for (const [figure, value] of Object.entries(result.figures ?? {}))
            figures[figure] = (figures[figure] ?? 0) + value;
        }
      };
      await Promise.all(Array.from({ length: ATTACKERS }, attacker));
      const late = target.takeLate();
      const suspects = runs.filter(({ from, to }) => late.some((probe) => probe.from < to && from < probe.to));
      if (target.isAlive()) failures.push(...(await lateBecauseOf(target, suspects)));
      failures.push(...(await target.leftOver()).map((problem) => `after attacks up to ${index}: ${problem}`));
      slowestMs = Math.max(slowestMs, target.slowestProbeMs());
    }

    /**
     * Repeats each suspect alone, because all attacks together may exceed what the machine can serve. A single attack
     * must not cause a delay each time.
     */
    async function lateBecauseOf(target: Target, suspects: readonly Run[]): Promise<string[]> {
      let late = suspects.map(({ index: which }) => which);
      for (let attempt = 0; attempt < ATTEMPTS_ALONE; attempt += 1) {
        const again: number[] = [];
        for (const which of late) if (await isLate(target, which)) again.push(which);
        late = again;
      }
      figures['attacks repeated alone'] = (figures['attacks repeated alone'] ?? 0) + suspects.length;
      return late.map(
        (which) => `attack ${which}: each time it is made alone, /health/live takes more than ${LATE_MS} ms`,
      );
    }

    async function isLate(target: Target, which: number): Promise<boolean> {
      target.takeLate();
      await attackWith(target, which);
      await sleep(20);
      return target.takeLate().length > 0;
    }

    for (let round = 0; sent < inputs && failures.length === 0; round += 1) {
      const auth = (seed + round) % 2 === 0 ? 'none' : 'jwt';
      const target = await startTarget(auth);
      try {
        await attackTarget(target, index + ATTACKS_A_TARGET);
        options.say(
          `${sent} inputs on ${index} connections, the last with AUTH=${auth}; slowest probe ` +
            `${Math.round(slowestMs)} ms`,
        );
      } finally {
        await target.stop();
      }
    }
    return { inputs: sent, failures, figures: { connections: index, 'slowest probe ms': slowestMs, ...figures } };
  };
}
