/** Three links that send the id of an operation instead of its text. Pass one as `persisted` to the Apollo Client. */
import { PersistedQueryLink } from '@apollo/client/link/persisted-queries';
import {
  generatePersistedQueryIdsAtRuntime,
  generatePersistedQueryIdsFromManifest,
} from '@apollo/persisted-query-lists';
import type { DocumentNode } from 'graphql';

/** Ids by the names of operations, from a manifest of @apollo/generate-persisted-query-manifest. */
export function persistedByManifest(loadManifest: () => Promise<any>): PersistedQueryLink {
  return new PersistedQueryLink(generatePersistedQueryIdsFromManifest({ loadManifest }));
}

/** Ids that codegen's client preset has put into each document. */
export function persistedByCodegen(): PersistedQueryLink {
  return new PersistedQueryLink({
    generateHash: (document: DocumentNode & { __meta__?: { hash?: string } }) => document.__meta__?.hash ?? '',
  });
}

/** Ids that the client computes: the SHA-256 of each document, in hexadecimal, with its fragments in order. */
export function persistedByHash(sha256: (text: string) => Promise<string>): PersistedQueryLink {
  return new PersistedQueryLink(generatePersistedQueryIdsAtRuntime({ sha256 }));
}
