/**
 * Writes the files of schema/ that follow from the code: the schema, the possible types for caches, and the manifest of
 * the published operations. Call it as `npm run emit`, from the root of the repository.
 */
import { writeFileSync } from 'node:fs';
import { printOperationsManifest } from '../graphql/operations-manifest.js';
import { printPossibleTypes } from '../graphql/possible-types.js';
import { createSchema, printGatewaySchema } from '../graphql/schema.js';

writeFileSync('schema/schema.graphql', printGatewaySchema());
writeFileSync('schema/possible-types.json', printPossibleTypes(createSchema()));
writeFileSync('schema/operations/manifest.json', printOperationsManifest('schema/operations'));
