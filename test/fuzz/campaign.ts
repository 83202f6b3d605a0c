/**
 * One attack with random inputs: what it sends follows from its seed, and what must hold afterwards is checked by the campaign itself. The suite runs
 * each campaign with few inputs, `npm run fuzz` with as many as wanted.
 */

export type CampaignOptions = {
  /** At least so many inputs are sent. */
  readonly inputs: number;
  readonly seed: number;
  /** Progress, a line each. */
  say(line: string): void;
};

export type CampaignResult = {
  readonly inputs: number;
  /** One sentence for each promise that did not hold, with what is needed to repeat it; empty when all held. */
  readonly failures: readonly string[];
  /** Counts and measurements, for the reader. */
  readonly figures: Readonly<Record<string, number>>;
};

export type Campaign = (options: CampaignOptions) => Promise<CampaignResult>;
