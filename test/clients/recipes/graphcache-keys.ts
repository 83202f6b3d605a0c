/** The keys for urql's Graphcache: two fields for a record of AWS, and none for a part of another object. */
import type { IntrospectionQuery } from 'graphql';

type Key = (data: { catalog?: unknown; id?: unknown }) => string | null;

/** @param schema the same as for `cacheExchange({ schema, keys: graphcacheKeys(schema) })` */
export function graphcacheKeys(schema: IntrospectionQuery): Record<string, Key> {
  const keys: Record<string, Key> = {};
  for (const type of schema.__schema.types) {
    if (type.kind !== 'OBJECT') continue;
    const has = (name: string) => type.fields.some((field) => field.name === name);
    if (!has('id')) keys[type.name] = () => null;
    else if (!type.interfaces.some(({ name }) => name === 'Node'))
      keys[type.name] = ({ catalog, id }) => [catalog, id].join('/');
  }
  return keys;
}
