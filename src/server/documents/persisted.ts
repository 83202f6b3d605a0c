/**
 * Finds the text of a request. Registered documents and automatic persisted queries share one protocol on every
 * transport: `extensions.persistedQuery`, Apollo's version 1. In mode `only` the gateway parses nothing but registered
 * documents. Automatic persisted queries save bytes and protect nothing.
 */
import { hash as digestOf } from 'node:crypto';
import { createSizedCache } from '../../runtime/loading/cache.js';
import { createRequestError, type RequestError } from '../security/request-error.js';

export type PersistedOptions = { readonly mode: 'off' | 'only'; readonly documents: ReadonlyMap<string, string> };

export type Source = {
  readonly kind: 'source';
  readonly text: string;
  /** SHA-256 of the text, in hexadecimal. */
  readonly hash: string;
  /** Called once the text has proved valid. Only then can clients run it by its hash. */
  accept(): void;
};

export type Persisted = { resolve(query: string | null, extension: unknown): Source | RequestError };

export function sha256(text: string): string {
  return digestOf('sha256', text);
}

export function createPersisted(options: PersistedOptions): Persisted {
  const registered = new Map<string, string>();
  for (const [id, text] of options.documents) {
    registered.set(id, text);
    // Clients may send the text of a registered document as well as its id, which need not be a hash.
    registered.set(sha256(text), text);
  }
  const automatic = createSizedCache<string>({ entries: 1000, characters: 1024 * 1024 });
  /** The hashes of valid texts, because clients repeat a few texts. */
  const hashes = createSizedCache<string>({ entries: 1000, characters: 256 * 1024 });

  function source(text: string, hash: string, accept: () => void = () => {}): Source {
    return { kind: 'source', text, hash, accept };
  }

  function byId(id: string): Source | RequestError {
    const known = registered.get(id);
    if (known !== undefined) return source(known, sha256(known));
    if (options.mode === 'only') {
      return createRequestError(
        'PERSISTED_QUERY_NOT_IN_LIST',
        'This gateway runs registered operations only, and this id is not registered.',
      );
    }
    const remembered = automatic.get(id);
    if (remembered !== undefined) return source(remembered, id);
    // The status is 200, and the response is not cached, because clients react by sending the text with the hash.
    return createRequestError('PERSISTED_QUERY_NOT_FOUND', 'PersistedQueryNotFound', {
      status: 200,
      headers: { 'cache-control': 'private, no-cache, must-revalidate' },
    });
  }

  return {
    resolve(query, extension) {
      let id: string | null = null;
      if (extension !== undefined && extension !== null) {
        if (!isPersistedQuery(extension)) {
          return createRequestError(
            'BAD_REQUEST',
            'extensions.persistedQuery must be {"version": 1, "sha256Hash": "…"}.',
            {
              status: 400,
            },
          );
        }
        id = extension.sha256Hash;
        // Apollo Client sends the text beside the id on a WebSocket. It prints the text in its own way, so the id counts.
        if (registered.has(id)) return byId(id);
      }
      if (query === null || query === '') {
        if (id !== null) return byId(id);
        return createRequestError(
          'BAD_REQUEST',
          'GraphQL operations must contain a non-empty `query` or a `persistedQuery` extension.',
          { status: 400 },
        );
      }
      const known = hashes.get(query);
      const hash = known ?? sha256(query);
      const accept = (): void => {
        if (known === undefined) hashes.set(query, hash, { size: query.length });
        if (id !== null) automatic.set(hash, query, { size: query.length });
      };
      if (options.mode === 'only') {
        if (registered.has(hash)) return source(query, hash);
        return createRequestError(
          'QUERY_NOT_IN_SAFELIST',
          'This gateway runs registered operations only, and this one is not registered.',
        );
      }
      if (id !== null && id !== hash)
        return createRequestError('BAD_REQUEST', 'provided sha does not match query', { status: 400 });
      return source(query, hash, accept);
    },
  };
}

function isPersistedQuery(value: unknown): value is { version: 1; sha256Hash: string } {
  return (
    typeof value === 'object' &&
    value !== null &&
    'version' in value &&
    value.version === 1 &&
    'sha256Hash' in value &&
    typeof value.sha256Hash === 'string'
  );
}
