/** The updates that the simulator has accepted, from its journal. */
import { readFileSync } from 'node:fs';
import { isRecord } from '../../../src/runtime/guards.js';

export type AcceptedUpdate = { readonly at: number; readonly request: Readonly<Record<string, unknown>> };

/** Oldest first. */
export function acceptedUpdates(journal: string, operation: string, id: string): AcceptedUpdate[] {
  return readFileSync(journal, 'utf8')
    .split('\n')
    .filter((line) => line !== '')
    .map((line): unknown => JSON.parse(line))
    .flatMap((entry) => {
      if (!isRecord(entry) || entry['edit'] !== operation || !isRecord(entry['request'])) return [];
      return entry['request']['Identifier'] === id ? { at: Number(entry['at']), request: entry['request'] } : [];
    });
}
