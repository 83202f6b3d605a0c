/**
 * The operations that clients may name by id: those of schema/operations, and those of the operator's manifest. A
 * manifest has Apollo's format, which the generators of Apollo iOS, Kotlin and Client write. Otherwise it is an object
 * of ids and documents, which codegen's client preset and the Relay compiler write.
 */
import { hash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readBytes } from './runtime/json/bounded-bytes.js';
import { parseBoundedJson } from './runtime/json/bounded-json.js';
import { isRecord } from './runtime/guards.js';
import { messageOf } from './runtime/error-message.js';

const PUBLISHED = new URL('../../schema/operations/manifest.json', import.meta.url);
const FORMAT = 'apollo-persisted-query-manifest';

type Operation = {
  readonly id: string;
  readonly name: string;
  readonly body: string;
  /** Position in the file, for people. */
  readonly place: string;
};

/** Manifests of large clients have a few hundred operations of one or two kilobytes each. */
const MAX_MANIFEST_BYTES = 16 * 1024 * 1024;

/**
 * Reads the documents by id.
 * @param manifestPath the operator's own manifest, or null
 * @param mistakesIn gives the reasons for which a document would be refused, in sentences. Only the operator's
 * documents are checked, because tests check the published ones.
 * @throws when a manifest cannot be read or is not one. The message has a line for each id that stands for two
 * documents, or for each operation that would be refused.
 */
export async function persistedDocuments(
  manifestPath: string | null,
  mistakesIn: (document: string) => readonly string[],
): Promise<ReadonlyMap<string, string>> {
  const published = await readManifest(PUBLISHED);
  const own = manifestPath === null ? [] : await readManifest(manifestPath);
  const where = `OPERATIONS_MANIFEST ${manifestPath}`;
  refuseIf(`${where} has ids that do not stand for one operation:`, [...repeatedIds(own), ...takenIds(published, own)]);
  const mistakes = own
    .map(({ name, body }) => ({ name, found: mistakesIn(body) }))
    .filter(({ found }) => found.length > 0);
  refuseIf(
    `${where} has operations that would be refused:`,
    mistakes.map(({ name, found }) => `${name}: ${found.join(' ')}`),
  );
  return new Map([...published, ...own].map(({ id, body }) => [id, body]));
}

function refuseIf(what: string, lines: readonly string[]): void {
  if (lines.length > 0) throw new Error([what, ...lines].join('\n  - '));
}

/** Two operations with the same id and body count too, because no generator writes them. */
function repeatedIds(operations: readonly Operation[]): string[] {
  const places = new Map<string, string>();
  return operations.flatMap(({ id, place }) => {
    const earlier = places.get(id);
    places.set(id, earlier ?? place);
    return earlier === undefined
      ? []
      : [`${earlier} and ${place} have the same id ${JSON.stringify(id)}. Expected each id once.`];
  });
}

/** Clients may name an operation by its id or by the SHA-256 of its body. Both must lead to the same body. */
function takenIds(published: readonly Operation[], own: readonly Operation[]): string[] {
  const owners = new Map<string, Operation>();
  for (const operation of [...published, ...own]) owners.set(hash('sha256', operation.body), operation);
  for (const operation of published) owners.set(operation.id, operation);
  return own.flatMap(({ id, body, place }) => {
    const owner = owners.get(id);
    if (owner === undefined || owner.body === body) return [];
    return [
      `${place} has the id ${JSON.stringify(id)}, which stands for the other body of ${owner.place}. Expected ` +
        `another id.`,
    ];
  });
}

async function readManifest(source: string | URL): Promise<Operation[]> {
  const isPublished = typeof source !== 'string';
  const where = isPublished ? 'schema/operations/manifest.json' : `OPERATIONS_MANIFEST ${source}`;
  const manifest = await readJson(source).catch((error: unknown) => {
    throw new Error(`${where} cannot be read: ${messageOf(error)}`, {
      cause: error,
    });
  });
  return entriesOf(manifest, where).map(([key, operation]): Operation => {
    const { id, body, name } = isRecord(operation) ? operation : {};
    if (typeof id !== 'string' || typeof body !== 'string')
      throw new Error(`${where} has no "id" and "body" at ${key}.`);
    return {
      id,
      body,
      name: typeof name === 'string' ? name : id,
      place: isPublished ? `${key} of ${where}` : key,
    };
  });
}

/** The operations of a manifest of either format, with their places in the file. */
function entriesOf(manifest: unknown, where: string): [string, unknown][] {
  if (isRecord(manifest)) {
    const { format, version, operations } = manifest;
    if (format === FORMAT && version === 1 && Array.isArray(operations))
      return operations.map((operation, index) => [`operations[${index}]`, operation]);
    const documents = Object.entries(manifest);
    if (documents.length > 0 && documents.every(([, body]) => typeof body === 'string' && body !== FORMAT))
      return documents.map(([id, body]) => [`[${JSON.stringify(id)}]`, { id, body }]);
  }
  throw new Error(
    `${where} is not a manifest. Expected JSON with "format": "${FORMAT}", "version": 1 and "operations": [{"id", ` +
      `"body"}], or an object whose keys are ids and whose values are documents.`,
  );
}

/** @returns null for a file that is not JSON */
async function readJson(source: string | URL): Promise<unknown> {
  const tooLarge = () => new Error(`the file is too large (limit ${MAX_MANIFEST_BYTES} bytes)`);
  const bytes = await readBytes(createReadStream(source), MAX_MANIFEST_BYTES, tooLarge);
  try {
    return parseBoundedJson(bytes.toString());
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}
