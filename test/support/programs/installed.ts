import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/** Where a program of the system is, or null where it is not installed. Servers such as nginx lie outside of an ordinary user's PATH. */
export function installed(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/** The library that changes the clock of a process, from a file that may change while it runs; null where it is not installed. */
export function fakeTimeLibrary(): string | null {
  const folders = [
    '/usr/lib',
    ...(existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name)) : []),
  ];
  return folders.map((folder) => join(folder, 'faketime/libfaketimeMT.so.1')).find((path) => existsSync(path)) ?? null;
}
