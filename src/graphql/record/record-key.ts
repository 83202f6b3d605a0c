/** The key of a record for the caches of clients. AWS's ids are unique within their catalog only. */
import type { Catalog } from '../../partner-central/model/task-kind.js';

export const RECORD_KEY = {
  description:
    'Catalog and id together, for example `SANDBOX/O1000001`: unique among all records of this type, for the key of a ' +
    'cache. Costs no read.',
};

export function recordKey({ catalog, id }: { readonly catalog: Catalog; readonly id: string }): string {
  return `${catalog}/${id}`;
}
