import { existsSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program of the system is, or null where it is not installed. Servers such as nginx lie outside of an ordinary user's PATH. */
export function installed(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}
