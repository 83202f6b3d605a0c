/**
 * Explains why a connection to PostgreSQL could not be made: the cause, then the remedy. The messages hold no password.
 */
import { codeOf } from '../errors/error-code.js';
import type { Server } from './postgres-connection.js';
import { explainDatabaseError } from '../errors/explain.js';
import { messageOf } from '../../runtime/error-message.js';

/**
 * @returns an error with the explanation for the operator; errors that do not concern the connection pass unchanged
 */
export function explainConnectionError(error: unknown, server: Server): unknown {
  const code = connectionCode(error);
  const advice = whatToCheck(code, error, server);
  if (advice === undefined) return error;
  return new Error(`cannot use PostgreSQL at ${server.address}${code === '' ? '' : ` (${code})`}: ${advice}`, {
    cause: error,
  });
}

const UNKNOWN_CA = 'UNKNOWN_CA';

function whatToCheck(code: string, error: unknown, { setting, usesTls }: Server): string | undefined {
  switch (code) {
    case 'ECONNREFUSED':
      return `no server listens there; check that the server runs, and the host and port in ${setting}`;
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `the host name is not known; check the host in ${setting}`;
    case 'ENOENT':
      return `there is no such socket; check that the server runs, and the host in ${setting}`;
    case 'EACCES':
      return `this user may not use the socket; check the rights of its directory, and the host in ${setting}`;
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
    case 'ECONNRESET':
      return `it does not answer; check the host and port in ${setting}, and the firewall between`;
    case '28P01':
      return (
        `it refuses the user; check the user and the password in ${setting} (${messageOf(error)}). ` +
        'Percent-encode characters such as # / ? % @ in them: % is %25'
      );
    case '28000':
      return refusedUser(messageOf(error), usesTls, setting);
    case '3D000':
      return `${messageOf(error)}; create it, or check the name in ${setting}`;
    case '42501':
      return `${messageOf(error)}; grant the role of ${setting} the right to connect and to use its schema`;
    case '42704':
    case '22023':
    case '55P02':
      return `${messageOf(error)}; correct the options in ${setting}`;
    case '53300':
      return `${messageOf(error)}. ${explainDatabaseError(error) ?? ''}`;
    case '57P03':
      return `${messageOf(error)}; try again later`;
    case '25006':
    case 'SHARED_CONNECTION':
      return explainDatabaseError(error) ?? undefined;
    case '08P01':
      return `${messageOf(error)}; check ${setting} and the settings of the pooler in between`;
    default:
      return usesTls ? failedTls(code, error, setting) : undefined;
  }
}

function refusedUser(message: string, usesTls: boolean, setting: string): string {
  if (/no PostgreSQL user name/.test(message))
    return `${setting} names no user. Expected postgres://user:password@host:5432/database`;
  if (/certificate/i.test(message))
    return `it wants a certificate of the client (${message}); give one with sslcert and sslkey in ${setting}`;
  if (usesTls)
    return (
      `it refuses the user; check the user and the database in ${setting}, and the server's pg_hba.conf ` +
      `(${message})`
    );
  return (
    `it refuses this user without TLS (${message}). If the server demands TLS, add sslmode=verify-full to ` +
    `${setting}, with sslrootcert=<path> for a private CA. ` +
    "Otherwise check the user and the database there, and the server's pg_hba.conf"
  );
}

function failedTls(code: string, error: unknown, setting: string): string | undefined {
  switch (code) {
    case 'NO_TLS':
      return (
        `the server offers no TLS; turn it on there, or set sslmode=disable in ${setting} if the network is ` +
        `trusted`
      );
    case UNKNOWN_CA:
      return (
        `no CA that is known here has signed its certificate (${messageOf(error)}); give the certificate of its CA ` +
        `with sslrootcert=<path> in ${setting}, ` +
        'or encrypt without a check of the server with sslmode=no-verify'
      );
    case 'CERT_HAS_EXPIRED':
    case 'CERT_NOT_YET_VALID':
      return (
        `its certificate is not valid at this time (${messageOf(error)}); renew it on the server, and check the ` +
        `clock of this machine`
      );
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return (
        `its certificate is for another host (${messageOf(error)}); use that name in ${setting}, ` +
        'or sslmode=verify-ca with sslrootcert=<path>, which does not compare the name'
      );
    default:
      return /^(ERR_SSL_|ERR_TLS_|CERT_|EPROTO)/.test(code)
        ? `TLS could not be agreed on (${messageOf(error)}); check sslmode and the files beside it in ${setting}`
        : undefined;
  }
}

function connectionCode(error: unknown): string {
  const code = codeOf(error);
  if (
    /^(SELF_SIGNED_CERT_IN_CHAIN|DEPTH_ZERO_SELF_SIGNED_CERT|UNABLE_TO_VERIFY_LEAF_SIGNATURE|UNABLE_TO_GET_ISSUER_CERT(_LOCALLY)?)$/.test(
      code,
    )
  )
    return UNKNOWN_CA;
  if (code !== '') return code;
  const message = messageOf(error);
  if (/does not support SSL/i.test(message)) return 'NO_TLS';
  if (/password must be a/i.test(message)) return '28P01';
  // Timeouts of the driver have no code.
  return /timeout|terminated/i.test(message) ? 'ETIMEDOUT' : '';
}
