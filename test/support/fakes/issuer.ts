/** A token issuer with real keys, which a real HTTP server publishes in the way of OpenID Connect. */
import { createServer, type RequestListener, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach } from '@jest/globals';
import { CompactSign, SignJWT, exportJWK, generateKeyPair, type CryptoKey, type JWK } from 'jose';

export const AUDIENCE = 'the-gateway';

export type Issuer = {
  readonly url: string;
  readonly jwksUrl: string;
  /** The number of requests for keys so far. */
  readonly fetches: () => number;
  token(
    claims?: Record<string, unknown>,
    options?: {
      alg?: string;
      kid?: string;
      issuer?: string;
      audience?: string;
      expiresAt?: number | null;
      subject?: string | null;
      key?: CryptoKey | Uint8Array;
    },
  ): Promise<string>;
  /** Signs a payload without changing it. */
  sign(payload: string): Promise<string>;
  /** Publishes a new key and withdraws the old one. */
  rotate(): Promise<void>;
  /** Stops answering until `start`. */
  stop(): Promise<void>;
  start(): Promise<void>;
};

const cleanups: (() => Promise<void>)[] = [];
afterEach(async () => {
  for (const cleanup of cleanups.splice(0)) await cleanup();
});

/** Serves the answers of a test in place of an issuer. @returns the address */
export async function serve(answer: (...given: Parameters<RequestListener>) => unknown): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  cleanups.push(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

/** @param on the port, from freePort() for an issuer that is stopped, because its port is closed then */
export async function createIssuer(algorithm = 'ES256', on = 0): Promise<Issuer> {
  let version = 0;
  let signing: CryptoKey;
  let published: JWK;
  let fetches = 0;
  let server: Server | null = null;
  let port = on;
  const url = () => `http://127.0.0.1:${port}`;

  async function rotate(): Promise<void> {
    version += 1;
    const pair = await generateKeyPair(algorithm, { extractable: true });
    signing = pair.privateKey;
    published = { ...(await exportJWK(pair.publicKey)), kid: `key-${version}`, alg: algorithm, use: 'sig' };
  }

  async function start(): Promise<void> {
    server = createServer((request, response) => {
      response.setHeader('content-type', 'application/json');
      if (request.url === '/.well-known/openid-configuration')
        return response.end(JSON.stringify({ issuer: url(), jwks_uri: `${url()}/keys` }));
      if (request.url === '/page') return response.end('<html>');
      if (request.url !== '/keys') return response.writeHead(404).end();
      fetches += 1;
      return response.end(JSON.stringify({ keys: [published] }));
    });
    await new Promise<void>((resolve) => server?.listen(port, '127.0.0.1', resolve));
    port = (server.address() as AddressInfo).port;
  }

  async function stop(): Promise<void> {
    const stopping = server;
    server = null;
    stopping?.closeAllConnections();
    await new Promise<void>((resolve) => (stopping === null ? resolve() : stopping.close(() => resolve())));
  }

  await rotate();
  await start();
  cleanups.push(stop);
  return {
    url: url(),
    jwksUrl: `${url()}/keys`,
    fetches: () => fetches,
    sign(payload) {
      const token = new CompactSign(new TextEncoder().encode(payload));
      return token.setProtectedHeader({ alg: algorithm, kid: `key-${version}` }).sign(signing);
    },
    rotate,
    stop,
    start,
    async token(
      claims = {},
      {
        alg = algorithm,
        kid = `key-${version}`,
        issuer = url(),
        audience = AUDIENCE,
        expiresAt = Date.now() + 60_000,
        subject = 'alice',
        key = signing,
      } = {},
    ) {
      const jwt = new SignJWT({ scope: 'tasks:read tasks:start', ...claims })
        .setProtectedHeader({ alg, kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setIssuedAt();
      if (expiresAt !== null) jwt.setExpirationTime(Math.floor(expiresAt / 1000));
      if (subject !== null) jwt.setSubject(subject);
      return jwt.sign(key);
    },
  };
}
