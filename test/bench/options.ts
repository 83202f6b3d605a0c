/**
 * The options of all comparisons: `--quick` for a short run with unreliable numbers, `--rounds` for more reliable ones.
 */
import { parseArgs } from 'node:util';

export type Options = { readonly quick: boolean; readonly rounds: number };

export function optionsOf(args: string[], defaults: { rounds: number }): Options {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, rounds: { type: 'string' } },
  });
  const rounds = Number(values.rounds ?? (values.quick ? 1 : defaults.rounds));
  if (!Number.isInteger(rounds) || rounds < 1) throw new Error('--rounds is a whole number from 1');
  return { quick: values.quick, rounds };
}

/** A part of the sentence that describes the method. */
export function inTurn(rounds: number): string {
  return rounds === 1 ? 'one round' : `medians of ${rounds} rounds in turn`;
}
