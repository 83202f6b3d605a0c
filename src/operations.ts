/**
 * The operations that clients may name by id: those published in schema/operations, and those of the operator's own manifest. Both are in
 * Apollo's format, which the code generators of Apollo iOS, Kotlin and Client write.
 */
import { readFile } from 'node:fs/promises';
import { isRecord } from './is-record.js';

const PUBLISHED = new URL('../../schema/operations/manifest.json', import.meta.url);
const FORMAT = 'apollo-persisted-query-manifest';

/** Shown to a newcomer in the Sandbox: one operation that starts a task and one that follows it. */
export const EXAMPLE_DOCUMENT = `# 1. Run "Start". The simulator completes this opportunity in about three seconds.
mutation Start {
  startEngagementFromOpportunityTask(
    input: { catalog: SANDBOX, identifier: "O1000001", awsSubmission: { involvementType: CO_SELL, visibility: FULL } }
  ) {
    task { id status }
    userErrors { code message field }
  }
}

# 2. Put the task's id into the variables, {"id": "…"}, and run "Follow".
subscription Follow($id: ID!) {
  taskTransitions(id: $id, from: BEGINNING) {
    sequence
    previousStatus
    status
    isTerminal
    message
    cursor
    task { ... on EngagementFromOpportunityTask { engagementId engagementInvitationId } failure { message recovery } }
  }
}
`;

type Operation = { readonly id: string; readonly name: string; readonly body: string };

/**
 * Document by id.
 * @param manifestPath the operator's own manifest, or null
 * @param mistakesIn why clients would be refused a document, in sentences; asked of the operator's own only, for the published ones are tested
 * @throws when a manifest cannot be read or is not one, and with a sentence for each operation that would be refused
 */
export async function persistedDocuments(manifestPath: string | null, mistakesIn: (document: string) => readonly string[]): Promise<ReadonlyMap<string, string>> {
  const documents = new Map((await readManifest(PUBLISHED)).map(({ id, body }) => [id, body]));
  if (manifestPath === null) return documents;
  const own = await readManifest(manifestPath);
  const wrong = own.flatMap(({ name, body }) => {
    const mistakes = mistakesIn(body);
    return mistakes.length === 0 ? [] : [`\n  - ${name}: ${mistakes.join(' ')}`];
  });
  if (wrong.length > 0) throw new Error(`OPERATIONS_MANIFEST ${manifestPath} has operations that would be refused:${wrong.join('')}`);
  for (const { id, body } of own) documents.set(id, body);
  return documents;
}

async function readManifest(source: string | URL): Promise<Operation[]> {
  const where = typeof source === 'string' ? `OPERATIONS_MANIFEST ${source}` : 'schema/operations/manifest.json';
  const text = await readFile(source, 'utf8').catch((error: unknown) => {
    throw new Error(`${where} cannot be read: ${error instanceof Error ? error.message : String(error)}`, { cause: error });
  });
  const manifest = parse(text);
  if (!isRecord(manifest) || manifest['format'] !== FORMAT || manifest['version'] !== 1 || !Array.isArray(manifest['operations'])) {
    throw new Error(`${where} is not a manifest. Expected JSON with "format": "${FORMAT}", "version": 1 and "operations": [{"id", "body"}].`);
  }
  return manifest['operations'].map((operation: unknown, index): Operation => {
    const { id, body, name } = isRecord(operation) ? operation : {};
    if (typeof id !== 'string' || typeof body !== 'string') throw new Error(`${where} has no "id" and "body" at operations[${index}].`);
    return { id, body, name: typeof name === 'string' ? name : id };
  });
}

function parse(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return null;
  }
}
