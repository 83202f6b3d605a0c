/**
 * Serves GraphiQL below the endpoint, for browsers that cannot reach Apollo Sandbox. Its content security policy allows
 * only this server, so the page sends nothing to any other. The nonce is for the styles that GraphiQL's menus and
 * dialogs add.
 */
import { randomBytes } from 'node:crypto';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import { NAME_AND_PORT } from '../../security/host-check.js';
import { createStaticFiles } from './static-files.js';

const INDEX = 'index.html';

/** The name of the page below the endpoint. */
export const EXPLORER = 'explorer';

/**
 * @param path of the endpoint
 * @param directory the folder with index.html, its script and its styles
 */
export function serveExplorer(app: FastifyInstance, path: string, directory: URL): void {
  const files = createStaticFiles(directory, 'GraphiQL');
  const page = `${path}/${EXPLORER}`;

  app.get(page, async (request, reply) => {
    const html = await files.text(INDEX);
    if (html === null) return files.send(request, reply, INDEX);
    const nonce = randomBytes(16).toString('base64');
    return reply
      .type('text/html; charset=utf-8')
      .header('content-security-policy', policyFor(request.headers.host, nonce))
      .header('referrer-policy', 'no-referrer')
      .send(html.replace('{nonce}', nonce));
  });
  app.get(`${page}/:file`, async (request: FastifyRequest<{ Params: { file: string } }>, reply) =>
    files.send(request, reply, request.params.file),
  );
}

function policyFor(host: string | undefined, nonce: string): string {
  // Some browsers do not count WebSockets to this host among 'self'.
  const sockets = host !== undefined && NAME_AND_PORT.test(host) ? ` ws://${host} wss://${host}` : '';
  return [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    // GraphiQL's fonts and icons are part of its styles.
    'font-src data:',
    "img-src 'self' data:",
    `connect-src 'self'${sockets}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ');
}
