/**
 * Writes schema/schema.graphql and the manifest of the published operations: `npm run emit`, from the root of the
 * repository.
 */
import { writeFileSync } from 'node:fs';
import { printOperationsManifest } from '../graphql/operations-manifest.js';
import { printGatewaySchema } from '../graphql/schema.js';

writeFileSync('schema/schema.graphql', printGatewaySchema());
writeFileSync('schema/operations/manifest.json', printOperationsManifest('schema/operations'));
