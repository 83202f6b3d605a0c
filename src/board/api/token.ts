/** The access token, as calls need it. */
export type Token = {
  /** The value of the header Authorization; null if none is needed. */
  credentials(): Promise<string | null>;
  /**
   * Called when the gateway refuses a token, with the reason. A late refusal of a token that was replaced changes nothing.
   * @param refused what `credentials` returned
   * @returns true once there is a newer one, false if there can be none
   */
  renew(refused: string | null, reason: string): Promise<boolean>;
};

/** For a gateway that does not authenticate its callers. */
export const NO_TOKEN: Token = { credentials: async () => null, renew: async () => false };
