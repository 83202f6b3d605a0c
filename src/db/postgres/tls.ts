/**
 * The TLS options of a connection to PostgreSQL. Files are read when the gateway starts, so that a wrong path refuses
 * the start.
 */
import { readFileSync } from 'node:fs';
import { createSecureContext, type ConnectionOptions } from 'node:tls';
import { codeOf } from '../errors/error-code.js';
import type { PostgresUrl } from './url.js';
import { messageOf } from '../../runtime/error-message.js';

/** The value for the CAs that Node knows: not a file. */
const SYSTEM = 'system';

/** @throws an error that names what is wrong with a file, and the remedy */
export function tlsOf(
  { sslMode, rootCertificate, certificate, key }: PostgresUrl,
  setting: string,
): ConnectionOptions | false {
  if (sslMode === 'disable') return false;
  const read = (name: string, path: string | null, holds: string): string | undefined => {
    if (path === null) return undefined;
    const text = contentOf(name, path, setting);
    if (text.includes(`${holds}-----`) && text.includes('-----BEGIN ')) return text;
    throw new Error(
      `${name} in ${setting} leads to ${path}, which holds no ${holds.toLowerCase()} in PEM form. Expected a file ` +
        `with -----BEGIN ${holds}-----`,
    );
  };
  const ca = read('sslrootcert', rootCertificate === SYSTEM ? null : rootCertificate, 'CERTIFICATE');
  const cert = read('sslcert', certificate, 'CERTIFICATE');
  const secret = read('sslkey', key, 'PRIVATE KEY');
  const files = {
    ...(ca === undefined ? {} : { ca }),
    ...(cert === undefined ? {} : { cert }),
    ...(secret === undefined ? {} : { key: secret }),
  };
  assertValidFiles(files, setting);
  if (sslMode === 'no-verify') return { ...files, rejectUnauthorized: false };
  // The mode verify-ca does not compare the name of the host.
  return sslMode === 'verify-ca' ? { ...files, checkServerIdentity: () => undefined } : files;
}

function contentOf(name: string, path: string, setting: string): string {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    throw new Error(
      `${name} in ${setting} leads to ${path}, which cannot be read (${codeOf(error)}). Expected the path of a file ` +
        `that this user may read`,
      { cause: error },
    );
  }
}

function assertValidFiles(files: ConnectionOptions, setting: string): void {
  try {
    createSecureContext(files);
  } catch (error) {
    throw new Error(
      `the files of sslrootcert, sslcert and sslkey in ${setting} cannot be used (${messageOf(error)}). Expected ` +
        `certificates in PEM form, and the key of sslcert without a passphrase`,
      { cause: error },
    );
  }
}
