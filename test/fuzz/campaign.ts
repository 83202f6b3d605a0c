/**
 * An attack with random inputs that are derived from a seed. The campaign itself checks the promises afterwards. The
 * suite runs each campaign with few inputs, `npm run fuzz` with any number.
 */

export type CampaignOptions = {
  /** The least number of inputs to send. */
  readonly inputs: number;
  readonly seed: number;
  /** Prints a line of progress. */
  say(line: string): void;
};

export type CampaignResult = {
  readonly inputs: number;
  /** A sentence for each broken promise, with everything needed to repeat it. Empty if all promises held. */
  readonly failures: readonly string[];
  /** Counts and measurements for the report. */
  readonly figures: Readonly<Record<string, number>>;
};

export type Campaign = (options: CampaignOptions) => Promise<CampaignResult>;
