/** Programs and libraries of the system that some tests need. */
import { existsSync, readdirSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * The path of a program, or null if it is not installed. Servers such as nginx lie outside the PATH of an ordinary
 * user.
 */
export function installed(program: string): string | null {
  const folders = [...(process.env['PATH'] ?? '').split(delimiter), '/usr/sbin', '/usr/local/sbin'];
  return folders.map((folder) => join(folder, program)).find((path) => existsSync(path)) ?? null;
}

/**
 * The path of libfaketime, which sets the clock of a process from a file that may change at any time; null if not
 * installed.
 */
export function fakeTimeLibrary(): string | null {
  const folders = [
    '/usr/lib',
    ...(existsSync('/usr/lib') ? readdirSync('/usr/lib').map((name) => join('/usr/lib', name)) : []),
  ];
  return folders.map((folder) => join(folder, 'faketime/libfaketimeMT.so.1')).find((path) => existsSync(path)) ?? null;
}
