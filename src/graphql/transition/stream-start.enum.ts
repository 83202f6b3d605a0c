import { registerEnum } from '../register-enum.js';

export type StreamStart = 'CURRENT' | 'BEGINNING';

export const StreamStartEnum = registerEnum<StreamStart>(
  'StreamStart',
  'The first transition in the stream of a task.',
  {
    CURRENT:
      'The stream begins with the latest transition of the task, however old it is. Use it to show the present state.',
    BEGINNING: 'The stream begins with the first transition of the task. Use it to show the whole history.',
  },
);
