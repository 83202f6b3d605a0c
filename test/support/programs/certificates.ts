/** Certificates of a private CA, made by openssl. */
import { execFileSync } from 'node:child_process';
import { chownSync, mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { installed } from './installed.js';

export const OPENSSL = installed('openssl');

export type Certificates = {
  /** Paths of the files. `server` is for localhost and 127.0.0.1, `client` for the given user. */
  readonly ca: string;
  readonly server: { readonly certificate: string; readonly key: string };
  readonly elsewhere: { readonly certificate: string; readonly key: string };
  readonly expired: { readonly certificate: string; readonly key: string };
  readonly client: { readonly certificate: string; readonly key: string };
};

/** @param owner owner of the keys, because a server refuses keys that other users can read */
export function makeCertificates(directory: string, user: string, owner: number | null): Certificates {
  if (OPENSSL === null) throw new Error('openssl is not installed');
  const openssl = OPENSSL;
  mkdirSync(directory, { recursive: true });
  const at = (name: string): string => join(directory, name);
  const run = (...args: string[]): void => void execFileSync(openssl, args, { stdio: 'pipe' });
  const key = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1', '-nodes'];
  run('req', '-x509', ...key, '-keyout', at('ca.key'), '-out', at('ca.pem'), '-days', '2', '-subj', '/CN=A private CA');
  const sign = (
    name: string,
    subject: string,
    names: string | null,
    days: string,
  ): { certificate: string; key: string } => {
    run('req', ...key, '-keyout', at(`${name}.key`), '-out', at(`${name}.csr`), '-subj', `/CN=${subject}`);
    writeFileSync(at(`${name}.ext`), names === null ? '' : `subjectAltName=${names}\n`);
    const ca = ['-CA', at('ca.pem'), '-CAkey', at('ca.key'), '-CAcreateserial'];
    run(
      'x509',
      '-req',
      '-in',
      at(`${name}.csr`),
      ...ca,
      '-out',
      at(`${name}.pem`),
      '-days',
      days,
      '-extfile',
      at(`${name}.ext`),
    );
    if (owner !== null) chownSync(at(`${name}.key`), owner, owner);
    return { certificate: at(`${name}.pem`), key: at(`${name}.key`) };
  };
  return {
    ca: at('ca.pem'),
    server: sign('server', 'localhost', 'DNS:localhost,IP:127.0.0.1', '2'),
    elsewhere: sign('elsewhere', 'elsewhere.example', 'DNS:elsewhere.example', '2'),
    expired: sign('expired', 'localhost', 'DNS:localhost,IP:127.0.0.1', '-1'),
    client: sign('client', user, null, '2'),
  };
}
