/** Each process that is slowed down has one of so many slots of time: that share of a processor. */
export const SLOTS = 10;
