/**
 * The rights of a caller. Each root field begins with one of these assertions. `Tasks` decides which tasks a reader
 * sees.
 */
import type { Catalog } from '../partner-central/model/task-kind.js';
import type { Viewer } from '../tasks/viewer.js';
import { catalogNotAllowed, forbidden } from './errors.js';

export function assertReads(viewer: Viewer): void {
  if (viewer.reads === 'none')
    throw forbidden('This caller may not read tasks. The token needs the scope tasks:read or tasks:read:own.');
}

export function assertReadsRecords(viewer: Viewer): void {
  if (!viewer.records)
    throw forbidden('This caller may not read records of Partner Central. The token needs the scope records:read.');
}

export function assertReadsCatalog(viewer: Viewer, catalog: Catalog): void {
  assertReadsRecords(viewer);
  if (!viewer.catalogs.includes(catalog)) throw catalogNotAllowed(catalog, viewer.catalogs);
}

export function assertStarts(viewer: Viewer): void {
  if (!viewer.starts) throw forbidden('This caller may not start tasks. The token needs the scope tasks:start.');
}

export function assertEdits(viewer: Viewer): void {
  if (!viewer.edits) throw forbidden('This caller may not edit records. The token needs the scope records:write.');
}
