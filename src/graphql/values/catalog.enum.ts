import type { Catalog } from '../../partner-central/model/task-kind.js';
import { registerEnum } from '../register-enum.js';

export const CatalogEnum = registerEnum<Catalog>(
  'Catalog',
  "Which of Partner Central's two separate worlds a task runs in. Opportunities and engagements of one do not exist in the other. " +
    '`partnerCentral.catalogs` tells which of them this gateway accepts.',
  {
    AWS: "Production: AWS's reviewers see what is submitted here.",
    SANDBOX:
      'For trying things out: nobody at AWS reviews what is submitted here, and AWS empties it about once a year.',
  },
);
