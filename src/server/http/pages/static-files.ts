/**
 * Serves the files that a build wrote to one folder. The build has compressed each, as .br and .gz, so the server only
 * copies bytes. A name with a hash may be cached for a year, because a changed file has another name.
 */
import { readFile, readdir } from 'node:fs/promises';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { createRequestError } from '../../security/request-error.js';
import { sendRequestError } from '../http-errors.js';
import { parseAccept } from '../negotiation.js';

export type StaticFiles = {
  /** Answers 404 if there is no such file, with what to do if the folder has not been built. */
  send(request: FastifyRequest, reply: FastifyReply, name: string): Promise<unknown>;
  /** The text of a file, for a page that the server completes; null if the folder has not been built. */
  text(name: string): Promise<string | null>;
};

const TYPES: Readonly<Record<string, string>> = {
  html: 'text/html; charset=utf-8',
  js: 'text/javascript; charset=utf-8',
  css: 'text/css; charset=utf-8',
  svg: 'image/svg+xml',
};
const HASHED = /-[A-Z0-9]{8}\.(js|css)$/;
const FOR_A_YEAR = 'public, max-age=31536000, immutable';

/** @param what the name of the files, such as "The board" */
export function createStaticFiles(directory: URL, what: string): StaticFiles {
  const missing = (message: string) => createRequestError('NOT_FOUND', `${what} ${message}`, { status: 404 });
  const [notBuilt, notFound] = [missing('has not been built. Run: npm run build'), missing('has no such file.')];
  const contents = new Map<string, Promise<Buffer>>();
  let names: Promise<ReadonlySet<string>> | undefined;

  /** The names of the files; empty if the folder has not been built. */
  function list(): Promise<ReadonlySet<string>> {
    return (names ??= readdir(directory).then(
      (found) => new Set(found),
      () => {
        // The folder may be built later, or read once the process has a descriptor for it.
        names = undefined;
        return new Set<string>();
      },
    ));
  }

  function contentOf(name: string): Promise<Buffer> {
    const known = contents.get(name);
    if (known !== undefined) return known;
    const content = readFile(new URL(name, directory));
    contents.set(name, content);
    content.catch(() => contents.delete(name));
    return content;
  }

  return {
    async send(request, reply, name) {
      const type = TYPES[name.split('.').at(-1) ?? ''];
      const files = await list();
      if (type === undefined || !files.has(name))
        return sendRequestError(reply, files.size === 0 ? notBuilt : notFound, parseAccept(request.headers.accept));
      if (HASHED.test(name)) reply.header('cache-control', FOR_A_YEAR);
      const coding = codingFor(request.headers['accept-encoding']);
      if (coding !== null) reply.header('content-encoding', coding.name);
      return reply
        .type(type)
        .header('vary', 'accept-encoding')
        .send(await contentOf(`${name}${coding?.extension ?? ''}`));
    },
    text: async (name) => ((await list()).has(name) ? (await contentOf(name)).toString('utf8') : null),
  };
}

/** The smallest compressed form that the browser accepts. */
function codingFor(header: string | undefined): { readonly name: string; readonly extension: string } | null {
  const accepted = new Set(
    (header ?? '')
      .split(',')
      .map((coding) => coding.trim().toLowerCase())
      .filter((coding) => !/;\s*q=0(\.0*)?$/.test(coding))
      .map((coding) => coding.split(';', 1)[0]?.trim() ?? ''),
  );
  if (accepted.has('br')) return { name: 'br', extension: '.br' };
  return accepted.has('gzip') ? { name: 'gzip', extension: '.gz' } : null;
}
