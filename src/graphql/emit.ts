/** Writes schema/schema.graphql: `node dist/src/graphql/emit.js`, from the root of the repository. */
import { mkdirSync, writeFileSync } from 'node:fs';
import { printGatewaySchema } from './schema.js';

mkdirSync('schema', { recursive: true });
writeFileSync('schema/schema.graphql', printGatewaySchema());
