/**
 * The manifest of the published operations, in the format of Apollo's clients and servers
 * (`apollo-persisted-query-manifest`, version 1). It lists each document of schema/operations under the SHA-256 of its
 * text.
 */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Kind, parse, print } from 'graphql';

/** @param directory of the .graphql documents, one operation each. */
export function printOperationsManifest(directory: string): string {
  const files = readdirSync(directory)
    .filter((file) => file.endsWith('.graphql'))
    .sort();
  const operations = files.map((file) => {
    // The document is printed again, so that clients need not send the comments and the indentation of the file.
    const document = parse(readFileSync(join(directory, file), 'utf8'));
    const operation = document.definitions.find((definition) => definition.kind === Kind.OPERATION_DEFINITION);
    if (operation?.name === undefined) throw new Error(`${file} has no named operation. Each file needs one.`);
    const body = print(document);
    return {
      id: createHash('sha256').update(body).digest('hex'),
      name: operation.name.value,
      type: operation.operation,
      body,
    };
  });
  return `${JSON.stringify({ format: 'apollo-persisted-query-manifest', version: 1, operations }, null, 2)}\n`;
}
