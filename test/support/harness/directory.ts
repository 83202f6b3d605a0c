import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { whenDone } from './cleanup.js';

/** A directory that is gone when the test file is done. */
export function temporaryDirectory(): string {
  const directory = mkdtempSync(join(tmpdir(), 'gateway-'));
  whenDone(() => rmSync(directory, { recursive: true, force: true }));
  return directory;
}
