import type { Catalog } from '../../partner-central/model/task-kind.js';
import { registerEnum } from '../register-enum.js';

export const CatalogEnum = registerEnum<Catalog>(
  'Catalog',
  'A catalog of Partner Central. Each catalog has its own opportunities and engagements. ' +
    '`partnerCentral.catalogs` lists the catalogs that this gateway accepts, and `viewer.catalogs` the catalogs that ' +
    'it accepts from the caller.',
  {
    AWS: "The production catalog. AWS's reviewers see submissions.",
    SANDBOX: 'The catalog for tests. AWS does not review submissions, and empties the catalog about once a year.',
  },
);
