/** The access token, as calls need it. */
export type Token = {
  /** The value of the header Authorization; null if none is needed. */
  credentials(): Promise<string | null>;
  /**
   * Called when the gateway refuses the token, with the reason.
   * @returns true once there is a newer one, false if there can be none
   */
  renew(reason: string): Promise<boolean>;
};

/** For a gateway that does not authenticate its callers. */
export const NO_TOKEN: Token = { credentials: async () => null, renew: async () => false };
