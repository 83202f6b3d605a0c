import { registerEnum } from '../register-enum.js';

export type StreamStart = 'CURRENT' | 'BEGINNING';

export const StreamStartEnum = registerEnum<StreamStart>(
  'StreamStart',
  "Where the stream of one task's transitions begins.",
  {
    CURRENT:
      "With the task's latest transition, whenever that was, and then each later one. Right for showing how a task stands.",
    BEGINNING: "With the task's first transition, then all others in order. Right for showing its whole history.",
  },
);
