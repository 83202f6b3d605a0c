/** The rights of a caller. Each access to a task takes a viewer: by id, in lists, in streams and by a start. */
import type { Catalog } from '../partner-central/model/task-kind.js';

export type Viewer = {
  /** The subject of the token; null when callers are not authenticated. */
  readonly subject: string | null;
  readonly reads: 'all' | 'own' | 'none';
  readonly starts: boolean;
  /** Allows look-ups of opportunities, engagements and invitations, which hold data of customers. */
  readonly records: boolean;
  /** Allows edits of opportunities, leads and invitations. */
  readonly edits: boolean;
  /** The catalogs that this caller may use: the catalogs of the gateway, narrowed by the token. */
  readonly catalogs: readonly Catalog[];
};

export function maySee(
  viewer: Viewer,
  task: { readonly subject: string | null; readonly input: { readonly catalog: Catalog } },
): boolean {
  if (!viewer.catalogs.includes(task.input.catalog)) return false;
  switch (viewer.reads) {
    case 'all':
      return true;
    case 'own':
      return viewer.subject !== null && task.subject === viewer.subject;
    case 'none':
      return false;
    default:
      return viewer.reads satisfies never;
  }
}
