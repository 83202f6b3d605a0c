/** The number of slots in a period. A process that is slowed down gets one of them. */
export const SLOTS = 10;
